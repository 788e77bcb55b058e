package org.ramtracker.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * What a destination knows of memory that it made itself, all of it zero at the start: which pages were written, so that zero pages
 * that arrive for others need not be looked at; and where pages arrive densely, so that memory is populated ahead of them.
 *
 * <p>Threads: any, the channels'. A page that two threads ask about was handed from one to the other by a SYNC.
 */
final class ArrivingPages implements AutoCloseable {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int WORD_SHIFT = 6;

    private final int pageShift;
    private final long[][] writtenByBlock;
    private final PopulateAhead populate;

    ArrivingPages(GuestMemory memory) {
        pageShift = Integer.numberOfTrailingZeros(memory.pageSize().bytes());
        writtenByBlock = memory.blocks().stream()
                .map(block -> new long[wordsFor(block.pages())])
                .toArray(long[][]::new);
        populate = new PopulateAhead(memory);
    }

    private static int wordsFor(long pages) {
        return Math.toIntExact((pages + Long.SIZE - 1) >>> WORD_SHIFT);
    }

    /**
     * Pages of this range are about to be written.
     *
     * @param denseBytes how much arrives without a gap up to the end of the range, at least its length
     */
    void arrive(RamBlock block, long offsetBytes, long lengthBytes, long denseBytes) throws IOException {
        populate.arrive(block, offsetBytes, lengthBytes, denseBytes);
        mark(writtenByBlock[block.index()], offsetBytes >>> pageShift, (offsetBytes + lengthBytes) >>> pageShift);
    }

    /**
     * Faults in what nobody populates, before a read from a socket would: a fault in its midst holds up the connection. A page for which
     * nothing has arrived is zero, and stays so.
     */
    void touch(RamBlock block, long offsetBytes, long lengthBytes) {
        if (lengthBytes >= PopulateAhead.RUN_BYTES_MIN || populate.isPopulated(block, offsetBytes, lengthBytes)) {
            return; // each page would be a miss of the cache, or two
        }
        for (long at = offsetBytes; at < offsetBytes + lengthBytes; at += 1L << pageShift) {
            if (isStillZero(block, at)) {
                block.segment().set(JAVA_BYTE, at, (byte) 0);
            }
        }
    }

    private static void mark(long[] written, long firstPage, long endPage) {
        long page = firstPage;
        while (page < endPage) {
            long endOfWord = Math.min(endPage, (page | (Long.SIZE - 1)) + 1);
            long bits = (-1L >>> (Long.SIZE - (endOfWord - page))) << page;
            long ignored = (long) WORD.getAndBitwiseOr(written, (int) (page >>> WORD_SHIFT), bits);
            page = endOfWord;
        }
    }

    /** Whether nothing has arrived for a page. */
    boolean isStillZero(RamBlock block, long offsetBytes) {
        long page = offsetBytes >>> pageShift;
        long word = (long) WORD.getOpaque(writtenByBlock[block.index()], (int) (page >>> WORD_SHIFT));
        return (word >>> page & 1) == 0;
    }

    /** Ends the populating, and waits for it: afterwards the memory may be unmapped. */
    @Override
    public void close() {
        populate.close();
    }
}
