package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** Once compiled, neither recording an epoch nor reading one allocates. */
final class DirtyTraceAllocationTest {
    private static final long COMPILED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int PAGES = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long nowNanos;

    @TempDir
    private Path directory;

    @Test
    void recordingAndReadingAllocateNothing() throws IOException {
        Path file = directory.resolve("trace");
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                        .block("ram", 0, PAGES * 4096L, new Backing.Anonymous())
                        .build();
                DirtyBitmap marks = new DirtyBitmap(memory.pages());
                DirtyTraceRecorder recorder =
                        DirtyTraceRecorder.create(file, memory, new DirtyBitmapLog(marks), () -> nowNanos, 1000, 0)) {
            recorder.start();
            assertComesToAllocateNothing(() -> recordOne(recorder, marks));
            try (DirtyTrace trace = DirtyTrace.open(file)) {
                EpochCursor epoch = trace.cursor();
                assertComesToAllocateNothing(() -> readOne(trace, epoch));
            }
        }
    }

    private void recordOne(DirtyTraceRecorder recorder, DirtyBitmap marks) {
        for (long page = 0; page < PAGES; page += 33) {
            marks.mark(page);
        }
        marks.mark(64, 640);
        nowNanos += 1000;
        try {
            long ignored = recorder.tick();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readOne(DirtyTrace trace, EpochCursor epoch) {
        epoch.moveTo((epoch.index() + 1) % trace.epochs());
        long pages = 0;
        while (epoch.nextRun()) {
            pages += epoch.runPages();
        }
        if (pages != epoch.pages()) {
            throw new AssertionError(pages + " pages in an epoch of " + epoch.pages());
        }
    }

    /** A round without a byte is wanted, not every round: now and then the file needs another piece mapped. */
    private void assertComesToAllocateNothing(Runnable operation) {
        long start = System.nanoTime();
        long allocatedBytes;
        do {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                operation.run();
            }
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        } while (allocatedBytes > 0 && System.nanoTime() - start < COMPILED_WITHIN_NANOS);
        assertThat(allocatedBytes).isZero();
    }
}
