package org.ramtracker.migrate;

import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DirtyScanner;

/**
 * Moves pending pages to the sink, block after block, round and round: each slice goes on where the last one stopped, over
 * syncs as well.
 *
 * <p>A batch is sized so that it should fit into what is left of the slice, going by the slowest recent batch, and into what
 * the rate limit leaves. Only a sink that turns slower within one batch can make a slice longer, and then by that batch.
 *
 * <p>Threads: single-threaded, the agent's. Nothing allocates after construction.
 */
final class PageSender {
    /** Most that one offer carries, unless a page is larger. */
    static final long BATCH_BYTES_MAX = 2L << 20;

    /** Pages in the first batch, when nothing is known about the sink's pace. */
    static final long FIRST_BATCH_PAGES = 1;

    private static final int PACE_DECAY_SHIFT = 3;

    private final List<RamBlock> blocks;
    private final DirtyRound round;
    private final DirtyScanner scanner;
    private final RamSink sink;
    private final NanoClock clock;
    private final long pageBytes;
    private final long batchPagesMax;

    private int blockIndex;
    private long runFirstPage;
    private long runEndPage;
    private long nanosPerPage;
    private long takenPages;

    PageSender(MigrationPorts ports) {
        blocks = ports.memory().blocks();
        round = ports.round();
        scanner = new DirtyScanner(round.pending());
        sink = ports.sink();
        clock = ports.clock();
        pageBytes = ports.memory().pageSize().bytes();
        batchPagesMax = Math.max(1, BATCH_BYTES_MAX / pageBytes);
    }

    /**
     * Sends until time or allowance is used up, the sink takes no more, or no page is pending.
     *
     * @param nowNanos the time
     * @param deadlineNanos when to stop
     * @param limiter the rate limit; it is charged what was sent
     * @return pages taken by the sink
     * @throws IOException if the sink fails
     */
    long send(long nowNanos, long deadlineNanos, RateLimiter limiter) throws IOException {
        long before = takenPages;
        long now = nowNanos;
        while (round.pending().count() > 0) {
            long pages = batchPages(deadlineNanos - now, limiter.allowanceBytes());
            if (pages == 0 && (takenPages > before || limiter.allowanceBytes() == 0)) {
                break;
            }
            long taken = offer(Math.max(1, pages), limiter);
            if (taken == RamSink.BACK_PRESSURED) {
                break;
            }
            long after = clock.nanoTime();
            learnPace(after - now, taken);
            now = after;
        }
        return takenPages - before;
    }

    /** All pages taken by the sink so far. */
    long takenPages() {
        return takenPages;
    }

    private long offer(long pagesMax, RateLimiter limiter) throws IOException {
        findRun();
        long pages = Math.min(pagesMax, runEndPage - runFirstPage);
        long before = sink.committedBytes();
        long taken = sink.offer(blocks.get(blockIndex), runFirstPage, pages);
        if (taken < 0 || taken > pages) {
            throw new IllegalStateException("the sink says it took %d of %d pages from page %d of block %s"
                    .formatted(
                            taken, pages, runFirstPage, blocks.get(blockIndex).idstr()));
        }
        round.take(runFirstPage, taken);
        limiter.charge(sink.committedBytes() - before);
        runFirstPage += taken;
        takenPages += taken;
        return taken;
    }

    /** Keeps a run until it is used up: looking for the end of a long one again and again would be quadratic. */
    private void findRun() {
        if (runFirstPage < runEndPage) {
            return;
        }
        for (int looked = 0; looked <= blocks.size(); looked++) {
            RamBlock block = blocks.get(blockIndex);
            if (scanner.next(Math.max(runFirstPage, block.firstPage()), block.endPage())) {
                runFirstPage = scanner.runFirstPage();
                runEndPage = runFirstPage + scanner.runPages();
                return;
            }
            moveToNextBlock();
        }
        throw new IllegalStateException(round.pending().count()
                + " dirty pages lie in no block: the dirty log reported pages that do not exist");
    }

    private void moveToNextBlock() {
        blockIndex = (blockIndex + 1) % blocks.size();
        runFirstPage = blocks.get(blockIndex).firstPage();
        runEndPage = runFirstPage;
    }

    /** 0 if neither time nor allowance is left for one page. */
    private long batchPages(long leftNanos, long allowanceBytes) {
        if (leftNanos <= 0 || allowanceBytes == 0) {
            return 0;
        }
        long fitting = takenPages == 0 ? FIRST_BATCH_PAGES : batchPagesIn(leftNanos, Math.max(1, nanosPerPage));
        return Math.min(fitting, Math.max(1, batchPagesIn(allowanceBytes, pageBytes)));
    }

    /** Not more than the largest batch: asking that first saves most divisions, which cost as much as a page does elsewhere. */
    private long batchPagesIn(long left, long perPage) {
        return batchPagesMax * perPage <= left ? batchPagesMax : left / perPage;
    }

    private void learnPace(long nanos, long pages) {
        long latest = pages == 1 ? nanos : (nanos + pages - 1) / pages;
        nanosPerPage = Math.max(latest, nanosPerPage - (nanosPerPage >> PACE_DECAY_SHIFT));
    }
}
