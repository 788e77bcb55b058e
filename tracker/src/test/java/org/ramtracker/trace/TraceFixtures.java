package org.ramtracker.trace;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.PageSize;

/** Traces to test with. */
final class TraceFixtures {
    static final long EPOCH_NANOS = 50_000_000;

    /** 200 pages, a gap up to 256, and 1000 pages. */
    static final TraceLayout LAYOUT = new TraceLayout(
            PageSize.KIB_4, List.of(new TraceBlock("ram", 0, 0, 200), new TraceBlock("vga", 0xfd00_0000L, 256, 1000)));

    static final CompressionSample COMPRESSION = new CompressionSample(10, 40_960, 12_345);

    private TraceFixtures() {}

    static DirtyTraceWriter begun(Path file) throws IOException {
        DirtyTraceWriter writer = DirtyTraceWriter.create(file, LAYOUT, EPOCH_NANOS, 1_700_000_000_000L);
        try (PageBitmap zero = new PageBitmap(LAYOUT.pages());
                PageBitmap duplicate = new PageBitmap(LAYOUT.pages())) {
            zero.add(0, 100);
            duplicate.add(300, 7);
            writer.begin(zero, duplicate, COMPRESSION);
        }
        return writer;
    }

    /** Epoch {@code k} lasts {@code 50 ms + k ns}, and has page {@code k % 200} and the pages of {@link #randomRuns}. */
    static void appendEpoch(DirtyTraceWriter writer, RandomGenerator random) throws IOException {
        long epoch = writer.epochs();
        writer.pages().add(epoch % 200, 1);
        randomRuns(random).stream().forEach(page -> writer.pages().add(256 + page, 1));
        writer.append(EPOCH_NANOS + epoch, 1000);
    }

    /** Pages out of 1000: few, many, all or none, apart or in runs. */
    static BitSet randomRuns(RandomGenerator random) {
        BitSet pages = new BitSet();
        int runs = 1 << random.nextInt(10);
        int lengthMax = 1 << random.nextInt(9);
        for (int i = random.nextInt(2); i < runs; i++) {
            int first = random.nextInt(1000);
            pages.set(first, Math.min(1000, first + 1 + random.nextInt(lengthMax)));
        }
        return pages;
    }

    static BitSet pagesOf(EpochCursor epoch) {
        BitSet pages = new BitSet();
        while (epoch.nextRun()) {
            pages.set((int) epoch.runFirstPage(), (int) (epoch.runFirstPage() + epoch.runPages()));
        }
        return pages;
    }

    static BitSet pagesOf(PageBitmap set) {
        return BitSet.valueOf(set.words().toArray(ValueLayout.JAVA_LONG));
    }
}
