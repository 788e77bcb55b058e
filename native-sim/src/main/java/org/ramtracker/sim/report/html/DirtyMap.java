package org.ramtracker.sim.report.html;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Base64;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;
import tools.jackson.databind.node.ObjectNode;

/**
 * A history as a picture of bounded size: columns of time, bands of memory, and for each cell the share of the band's pages that
 * were written at least once in the column's time. Beside it, for each column, the distinct pages since the beginning, D(t), and
 * those of the column.
 */
final class DirtyMap {
    static final int COLUMNS_MAX = 240;
    static final int BANDS_MAX = 96;

    private static final int SHADES = 255;
    private static final double NANOS_PER_SECOND = 1e9;

    private final TraceLayout layout;
    private final long durationNanos;
    private final int columns;
    private final int bands;
    private final long bandWords;
    private final long[] ramPagesOfBand;
    private final byte[] cells;
    private final long[] distinct;
    private final long[] written;
    private final double[] endNanos;

    private DirtyMap(DirtyHistory history) {
        layout = history.layout();
        durationNanos = history.durationNanos();
        columns = (int) Math.min(COLUMNS_MAX, history.epochs());
        long words = (layout.pages() + Long.SIZE - 1) / Long.SIZE;
        bandWords = (words + BANDS_MAX - 1) / BANDS_MAX;
        bands = (int) ((words + bandWords - 1) / bandWords);
        ramPagesOfBand = ramPagesOfBands();
        cells = new byte[columns * bands];
        distinct = new long[columns];
        written = new long[columns];
        endNanos = new double[columns];
    }

    static DirtyMap of(DirtyHistory history) {
        DirtyMap map = new DirtyMap(history);
        map.paint(history);
        return map;
    }

    private long[] ramPagesOfBands() {
        long bandPages = bandWords * Long.SIZE;
        long[] pages = new long[bands];
        for (TraceBlock block : layout.blocks()) {
            for (int band = (int) (block.firstPage() / bandPages); band * bandPages < block.endPage(); band++) {
                pages[band] += Math.min(block.endPage(), (band + 1) * bandPages)
                        - Math.max(block.firstPage(), band * bandPages);
            }
        }
        return pages;
    }

    /** Columns have equal numbers of epochs, give or take one. */
    private void paint(DirtyHistory history) {
        DirtyHistory.Epochs epoch = history.read();
        try (PageBitmap ever = new PageBitmap(layout.pages());
                PageBitmap now = new PageBitmap(layout.pages())) {
            for (int column = 0; column < columns; column++) {
                long end = history.epochs() * (column + 1) / columns;
                for (long index = history.epochs() * column / columns; index < end; index++) {
                    epoch.moveTo(index);
                    while (epoch.nextRun()) {
                        now.add(epoch.runFirstPage(), epoch.runPages());
                    }
                }
                ever.addAll(now);
                endNanos[column] = epoch.endNanos();
                distinct[column] = ever.count();
                written[column] = now.count();
                paint(column, now);
                now.clear();
            }
        }
    }

    private void paint(int column, PageBitmap set) {
        long words = set.words().byteSize() / Long.BYTES;
        for (int band = 0; band < bands; band++) {
            long pages = 0;
            for (long word = band * bandWords; word < Math.min(words, (band + 1) * bandWords); word++) {
                pages += Long.bitCount(set.words().getAtIndex(JAVA_LONG, word));
            }
            cells[column * bands + band] = shade(pages, ramPagesOfBand[band]);
        }
    }

    /** The root of the share: a few pages of many are to be seen, and one page is never none. */
    static byte shade(long pages, long of) {
        return (byte) (pages == 0 ? 0 : Math.max(1, Math.round(SHADES * Math.sqrt(pages / (double) of))));
    }

    /** The distinct pages written in all. */
    long distinctPages() {
        return distinct[columns - 1];
    }

    void putJson(ObjectNode json) {
        long pageBytes = layout.pageSize().bytes();
        json.put("seconds", durationNanos / NANOS_PER_SECOND);
        json.put("columns", columns).put("bands", bands);
        json.put("bandBytes", bandWords * Long.SIZE * pageBytes);
        json.put("spaceBytes", layout.pages() * pageBytes);
        json.put("cells", Base64.getEncoder().encodeToString(cells));
        for (TraceBlock block : layout.blocks()) {
            json.withArray("blocks")
                    .addObject()
                    .put("name", block.idstr())
                    .put("from", block.firstPage() * pageBytes)
                    .put("to", block.endPage() * pageBytes)
                    .put("address", block.guestPhysicalAddress());
        }
        double before = 0;
        for (int column = 0; column < columns; column++) {
            double seconds = (endNanos[column] - before) / NANOS_PER_SECOND;
            json.withArray("ends").add(endNanos[column] / NANOS_PER_SECOND);
            json.withArray("distinct").add(distinct[column] * pageBytes);
            json.withArray("rates").add(Math.round(written[column] * pageBytes / seconds));
            before = endNanos[column];
        }
    }
}
