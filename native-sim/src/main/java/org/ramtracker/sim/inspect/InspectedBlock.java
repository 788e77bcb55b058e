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

/**
 * A RAM block as the recording fills it, and how often each of its pages came. All of it is off-heap.
 *
 * <pre>
 *   a page's row, in ints:  | times sent | last synchronisation interval | hash of its content then |
 * </pre>
 */
final class InspectedBlock implements AutoCloseable {
    private static final int ROW_INTS = 3;
    private static final int INTERVAL = 1;
    private static final int HASH = 2;

    private final PageSize pageSize;
    private final GuestMemory content;
    private final GuestMemory counters;
    private final MemorySegment rows;
    private final long[] pagesByKind = new long[KindIndex.COUNT];
    private long distinctPages;
    private long pagesSentAgain;
    private long bytesSentAgain;
    private int timesSentMax;

    InspectedBlock(BlockEntry entry, PageSize pageSize) throws IOException {
        this.pageSize = pageSize;
        content = map(entry.idstr(), pageSize, entry.usedLengthBytes());
        try {
            counters = map(
                    "counters", PageSize.KIB_4, pageSize.pageOf(entry.usedLengthBytes()) * ROW_INTS * Integer.BYTES);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
        rows = counters.blocks().getFirst().segment();
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
        int times = rows.getAtIndex(JAVA_INT, page * ROW_INTS) + 1;
        rows.setAtIndex(JAVA_INT, page * ROW_INTS, times);
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

    /** Keeps in which synchronisation interval a page came, and a hash of it. */
    void remember(long offsetBytes, int interval, int hash) {
        rows.setAtIndex(JAVA_INT, column(offsetBytes, INTERVAL), interval);
        rows.setAtIndex(JAVA_INT, column(offsetBytes, HASH), hash);
    }

    /** What {@link #remember} kept, 0 if the page did not come. */
    int lastInterval(long offsetBytes) {
        return rows.getAtIndex(JAVA_INT, column(offsetBytes, INTERVAL));
    }

    /** What {@link #remember} kept. */
    int lastHash(long offsetBytes) {
        return rows.getAtIndex(JAVA_INT, column(offsetBytes, HASH));
    }

    private long column(long offsetBytes, int column) {
        return pageSize.pageOf(offsetBytes) * ROW_INTS + column;
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
