package org.ramtracker.forecast;

import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/**
 * The pages that a guest writes again and again, and so keeps a migration from ending.
 *
 * @param pages how many it wrote in the time looked at
 * @param nanos how much of its history that is
 * @param idstr the block that holds most of them
 * @param blockPages how many of them that block holds
 * @param fromBytes where in that block the twentieth part of those lies below, to the 64 pages
 * @param toBytes where in that block the twentieth part of those lies above, to the 64 pages
 */
public record WorkingSet(long pages, long nanos, String idstr, long blockPages, long fromBytes, long toBytes) {
    private static final double TAIL = 0.05;

    static WorkingSet of(TraceLayout layout, WrittenPages written, long nanos) {
        TraceBlock most = layout.blocks().getFirst();
        long mostPages = -1;
        long pages = 0;
        for (TraceBlock block : layout.blocks()) {
            long inBlock = pagesIn(block, written);
            pages += inBlock;
            if (inBlock > mostPages) {
                mostPages = inBlock;
                most = block;
            }
        }
        long from = Math.max(most.firstPage(), wordAfter(most, written, (long) (mostPages * TAIL)) << 6);
        long to = Math.min(most.endPage(), (wordAfter(most, written, (long) (mostPages * (1 - TAIL))) + 1) << 6);
        return new WorkingSet(
                pages,
                nanos,
                most.idstr(),
                mostPages,
                layout.pageSize().toBytes(from - most.firstPage()),
                layout.pageSize().toBytes(to - most.firstPage()));
    }

    private static long pagesIn(TraceBlock block, WrittenPages written) {
        long pages = 0;
        for (long word = block.firstPage() >>> 6; word << 6 < block.endPage(); word++) {
            pages += Long.bitCount(written.word((int) word));
        }
        return pages;
    }

    /** The word of the block that holds the page with so many of the written ones before it. */
    private static long wordAfter(TraceBlock block, WrittenPages written, long count) {
        long passed = 0;
        long word = block.firstPage() >>> 6;
        for (; (word + 1) << 6 < block.endPage(); word++) {
            passed += Long.bitCount(written.word((int) word));
            if (passed > count) {
                break;
            }
        }
        return word;
    }
}
