package org.ramtracker.sim.inspect;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.PageKind;

/** A RAM block as the recording fills it, and how often each of its pages came. All of it is off-heap. */
final class InspectedBlock implements AutoCloseable {
    private final PageSize pageSize;
    private final GuestMemory content;
    private final GuestMemory counters;
    private final MemorySegment timesSent;
    private final long[] pagesByKind = new long[KindIndex.COUNT];
    private long distinctPages;
    private long pagesSentAgain;
    private long bytesSentAgain;
    private int timesSentMax;

    InspectedBlock(BlockEntry entry, PageSize pageSize) throws IOException {
        this.pageSize = pageSize;
        content = map(entry.idstr(), pageSize, entry.usedLengthBytes());
        try {
            counters = map("counters", PageSize.KIB_4, pageSize.pageOf(entry.usedLengthBytes()) * Integer.BYTES);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
        timesSent = counters.blocks().getFirst().segment();
    }

    private static GuestMemory map(String name, PageSize pageSize, long lengthBytes) throws IOException {
        long wholePages = pageSize.pageOf(lengthBytes + pageSize.bytes() - 1);
        return GuestMemory.builder(pageSize)
                .block(name, 0, pageSize.toBytes(wholePages), new Backing.Anonymous())
                .build();
    }

    void count(long offsetBytes, PageKind kind, int wireBytes) {
        pagesByKind[KindIndex.of(kind)]++;
        long page = pageSize.pageOf(offsetBytes);
        int times = timesSent.getAtIndex(JAVA_INT, page) + 1;
        timesSent.setAtIndex(JAVA_INT, page, times);
        timesSentMax = Math.max(timesSentMax, times);
        if (times == 1) {
            distinctPages++;
            return;
        }
        bytesSentAgain += wireBytes;
        if (times == 2) {
            pagesSentAgain++;
        }
    }

    RamBlock block() {
        return content.blocks().getFirst();
    }

    String idstr() {
        return block().idstr();
    }

    PageSize pageSize() {
        return pageSize;
    }

    /** Records of this kind. */
    long pages(PageKind kind) {
        return pagesByKind[KindIndex.of(kind)];
    }

    /** Pages of which no record came. */
    long pagesNeverSent() {
        return block().pages() - distinctPages;
    }

    /** Whether the recording says anything of this block's content. */
    boolean isSent() {
        return distinctPages > 0;
    }

    /** Pages that came more than once. */
    long pagesSentAgain() {
        return pagesSentAgain;
    }

    /** Length of all records but the first of each page. */
    long bytesSentAgain() {
        return bytesSentAgain;
    }

    /** How often the most often sent page came. */
    int timesSentMax() {
        return timesSentMax;
    }

    @Override
    public void close() {
        counters.close();
        content.close();
    }
}
