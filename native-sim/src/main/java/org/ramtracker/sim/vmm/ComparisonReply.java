package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * The destination's side of {@link Comparison}. The source has given the guest up, so one that goes away, or is silent for too
 * long, leaves it to this side: the guest is here only and has to run.
 */
final class ComparisonReply {
    private static final long SOURCE_TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Peer peer;
    private final GuestMemory memory;
    private final long timeoutNanos;
    private @Nullable String sourceLost;

    ComparisonReply(Peer peer, GuestMemory memory) {
        this.peer = peer;
        this.memory = memory;
        this.timeoutNanos = SOURCE_TIMEOUT_NANOS + Comparison.TIMEOUT_NANOS_PER_GIB * (memory.totalBytes() >>> 30);
    }

    /**
     * Reports the digests of the loaded memory and answers questions about it.
     *
     * @return whether the guest may run: false if the source found a difference
     */
    boolean isAccepted(List<BlockDigest> digests) {
        try {
            return compare(digests);
        } catch (IOException e) {
            sourceLost = Failures.reason(e);
            return true;
        }
    }

    private boolean compare(List<BlockDigest> digests) throws IOException {
        send(new Message.Digests(digests));
        while (true) {
            switch (Message.decode(peer.receiveLine(timeoutNanos))) {
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
            peer.send(PageChecksums.of(block, memory.pageSize(), page, pages), timeoutNanos);
        }
    }

    /** Reports what the guest found after it had run on, if the source is still there. */
    void report(SelfCheckResult result, ProcessCosts costs) {
        if (sourceLost != null) {
            return;
        }
        try {
            send(new Message.SelfChecked(result, Optional.of(costs)));
        } catch (IOException e) {
            sourceLost = Failures.reason(e);
        }
    }

    /** Why the source knows nothing of the guest's arrival, if it does not. */
    Optional<String> sourceLost() {
        return Optional.ofNullable(sourceLost);
    }

    private void send(Message message) throws IOException {
        peer.sendLine(Message.encode(message), timeoutNanos);
    }
}
