package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * The source's side of comparing a migrated guest with the paused source; see {@link Message} for the conversation. The
 * destination's guest stays paused until {@link #run} lets it go.
 */
final class Comparison {
    private static final long REPLY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** What a slow machine may take to digest a GiB, or to check it. */
    static final long TIMEOUT_NANOS_PER_GIB = TimeUnit.SECONDS.toNanos(30);
    /** Page checksums asked for in one piece. */
    static final int PAGES_A_PIECE = 1 << 14;

    private final Peer peer;
    private final GuestMemory memory;
    private final Duration runFor;

    Comparison(Peer peer, GuestMemory memory, Duration runFor) {
        this.peer = peer;
        this.memory = memory;
        this.runFor = runFor;
    }

    /** Compares, resumes the guest at the destination and waits for its self-check. */
    Verification run() throws IOException {
        long startNanos = System.nanoTime();
        List<BlockDigest> mine = BlockDigest.ofBlocks(memory);
        Optional<String> difference = firstDifference(mine, receiveDigests());
        long pauseNanos = System.nanoTime() - startNanos;
        peer.sendLine(Message.encode(new Message.Resume(difference.isEmpty())), REPLY_TIMEOUT_NANOS);
        if (difference.isPresent()) {
            return new Verification(
                    Verification.Verdict.MISMATCH, difference.get(), mine, pauseNanos, Optional.empty());
        }
        Message.SelfChecked checked = receiveSelfCheck();
        return judge(mine, pauseNanos, checked.result()).with(checked.costs());
    }

    /** Lets the guest run without a comparison: only its self-check comes back. */
    Verification skip() throws IOException {
        Message.SelfChecked checked = receiveSelfCheck();
        SelfCheckResult check = checked.result();
        Verification.Verdict verdict =
                check.passed() ? Verification.Verdict.NOT_VERIFIED : Verification.Verdict.MISMATCH;
        return new Verification(verdict, "not compared, as wanted", List.of(), 0, Optional.of(check))
                .with(checked.costs());
    }

    /** The verdict on a copy that was loaded in this process. */
    static Verification judgeCopy(List<BlockDigest> paused, IncomingResult copy) {
        SelfCheckResult check = copy.selfCheck().orElseThrow();
        if (!paused.equals(copy.digests())) {
            return new Verification(
                    Verification.Verdict.MISMATCH,
                    "the file's memory differs from the paused source: " + copy.digests(),
                    paused,
                    0,
                    Optional.of(check));
        }
        return judge(paused, 0, check);
    }

    private static Verification judge(List<BlockDigest> digests, long pauseNanos, SelfCheckResult check) {
        return check.passed()
                ? new Verification(
                        Verification.Verdict.VERIFIED,
                        "every page of the destination equals the paused source, and the guest's self-check passed there",
                        digests,
                        pauseNanos,
                        Optional.of(check))
                : new Verification(
                        Verification.Verdict.MISMATCH,
                        "the guest's self-check failed at the destination: " + check.summary(),
                        digests,
                        pauseNanos,
                        Optional.of(check));
    }

    private List<BlockDigest> receiveDigests() throws IOException {
        if (Message.decode(peer.receiveLine(timeoutNanos())) instanceof Message.Digests(List<BlockDigest> blocks)) {
            return blocks;
        }
        throw new IOException("the destination did not report its digests");
    }

    private Message.SelfChecked receiveSelfCheck() throws IOException {
        String line = peer.receiveLine(runFor.toNanos() + timeoutNanos());
        if (Message.decode(line) instanceof Message.SelfChecked checked) {
            return checked;
        }
        throw new IOException("the destination did not report the guest's self-check");
    }

    private long timeoutNanos() {
        return REPLY_TIMEOUT_NANOS + TIMEOUT_NANOS_PER_GIB * (memory.totalBytes() >>> 30);
    }

    private Optional<String> firstDifference(List<BlockDigest> mine, List<BlockDigest> theirs) throws IOException {
        for (int i = 0; i < mine.size(); i++) {
            BlockDigest here = mine.get(i);
            Optional<BlockDigest> there = theirs.stream()
                    .filter(block -> block.idstr().equals(here.idstr()))
                    .findFirst();
            if (there.isEmpty()) {
                return Optional.of("block %s is missing at the destination".formatted(here.idstr()));
            }
            if (!there.get().equals(here)) {
                return Optional.of(describe(memory.blocks().get(i), there.get()));
            }
        }
        return Optional.empty();
    }

    private String describe(RamBlock block, BlockDigest there) throws IOException {
        if (there.usedLengthBytes() != block.usedLengthBytes()) {
            return "block %s has %d bytes at the source and %d at the destination"
                    .formatted(block.idstr(), block.usedLengthBytes(), there.usedLengthBytes());
        }
        peer.sendLine(Message.encode(new Message.ComparePages(block.idstr())), REPLY_TIMEOUT_NANOS);
        return differingPages(block);
    }

    private String differingPages(RamBlock block) throws IOException {
        PageSize pageSize = memory.pageSize();
        long first = -1;
        long count = 0;
        for (long page = 0; page < block.pages(); page += PAGES_A_PIECE) {
            int pages = (int) Math.min(PAGES_A_PIECE, block.pages() - page);
            ByteBuffer mine = PageChecksums.of(block, pageSize, page, pages);
            ByteBuffer theirs = peer.receive(pages * Integer.BYTES, REPLY_TIMEOUT_NANOS);
            for (int i = 0; i < pages; i++) {
                if (mine.getInt() != theirs.getInt()) {
                    first = first < 0 ? page + i : first;
                    count++;
                }
            }
        }
        return "block %s: %d of %d pages differ from the paused source, the first is page %d (offset 0x%x)"
                .formatted(block.idstr(), count, block.pages(), first, pageSize.toBytes(Math.max(first, 0)));
    }
}
