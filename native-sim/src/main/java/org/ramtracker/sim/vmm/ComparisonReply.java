package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** The destination's side of {@link Comparison}. */
final class ComparisonReply {
    /** A source that is silent for longer has gone; the guest is here and has to run. */
    private static final long SOURCE_TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Peer peer;
    private final GuestMemory memory;

    ComparisonReply(Peer peer, GuestMemory memory) {
        this.peer = peer;
        this.memory = memory;
    }

    /**
     * Reports the digests of the loaded memory and answers questions about it.
     *
     * @return whether the guest may run: false if the source found a difference. A source that is lost leaves the guest to
     *     this side, unseen
     */
    boolean isAccepted(List<BlockDigest> digests) throws IOException {
        send(new Message.Digests(digests));
        while (true) {
            switch (Message.decode(peer.receiveLine(SOURCE_TIMEOUT_NANOS))) {
                case Message.Resume(boolean wanted) -> {
                    return wanted;
                }
                case Message.ComparePages(String idstr) -> sendChecksums(idstr);
                case Message.Digests ignored -> throw outOfTurn();
                case Message.SelfChecked ignored -> throw outOfTurn();
            }
        }
    }

    private static IOException outOfTurn() {
        return new IOException("the source answered out of turn");
    }

    private void sendChecksums(String idstr) throws IOException {
        RamBlock block =
                memory.find(idstr).orElseThrow(() -> new IOException("the source asks for the unknown block " + idstr));
        for (long page = 0; page < block.pages(); page += Comparison.PAGES_A_PIECE) {
            int pages = (int) Math.min(Comparison.PAGES_A_PIECE, block.pages() - page);
            peer.send(PageChecksums.of(block, memory.pageSize(), page, pages), SOURCE_TIMEOUT_NANOS);
        }
    }

    /** Reports what the guest found after it had run on. */
    void report(SelfCheck result) throws IOException {
        send(new Message.SelfChecked(result));
    }

    private void send(Message message) throws IOException {
        peer.sendLine(Message.encode(message), SOURCE_TIMEOUT_NANOS);
    }
}
