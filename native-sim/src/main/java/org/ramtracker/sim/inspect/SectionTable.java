package org.ramtracker.sim.inspect;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.SectionKind;

/**
 * The RAM sections of a recording, off-heap, since a long migration has hundreds of thousands.
 *
 * <pre>
 *   a row, in longs:  | kind | offset | end | duplicate pages | normal pages | XBZRLE pages |
 * </pre>
 */
final class SectionTable implements AutoCloseable {
    private static final int KIND = 0;
    private static final int OFFSET = 1;
    private static final int END = 2;
    private static final int PAGES = 3;
    private static final int ROW_LONGS = PAGES + KindIndex.COUNT;
    private static final int CHUNK_ROWS = 16 << 10;

    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> chunks = new ArrayList<>();
    private int rows;

    void begin(SectionKind kind, long offsetBytes) {
        if (rows % CHUNK_ROWS == 0) {
            chunks.add(arena.allocate(JAVA_LONG, (long) CHUNK_ROWS * ROW_LONGS));
        }
        rows++;
        set(KIND, kind.typeByte());
        set(OFFSET, offsetBytes);
    }

    void page(PageKind kind) {
        int column = PAGES + KindIndex.of(kind);
        set(column, get(rows - 1, column) + 1);
    }

    void end(long offsetBytes) {
        set(END, offsetBytes);
    }

    int size() {
        return rows;
    }

    SectionKind kind(int row) {
        return SectionKind.ofTypeByte((int) get(row, KIND));
    }

    long offsetBytes(int row) {
        return get(row, OFFSET);
    }

    long endBytes(int row) {
        return get(row, END);
    }

    long pages(int row, PageKind kind) {
        return get(row, PAGES + KindIndex.of(kind));
    }

    /** Of all sections. */
    long pages(PageKind kind) {
        long pages = 0;
        for (int row = 0; row < rows; row++) {
            pages += pages(row, kind);
        }
        return pages;
    }

    private long get(int row, int column) {
        return chunks.get(row / CHUNK_ROWS).getAtIndex(JAVA_LONG, index(row, column));
    }

    private void set(int column, long value) {
        chunks.getLast().setAtIndex(JAVA_LONG, index(rows - 1, column), value);
    }

    private static long index(int row, int column) {
        return (long) (row % CHUNK_ROWS) * ROW_LONGS + column;
    }

    @Override
    public void close() {
        arena.close();
    }
}
