package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemNanoClock;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.DirtyTraceRecorder;

/**
 * Records something else first. A recorder's code that has not been compiled takes tens of milliseconds for an epoch, compiled
 * a tenth of one; twenty times a second the difference is half a core, which the guest would miss and the trace would not tell.
 */
final class RecorderWarmUp {
    private static final long LENGTH_NANOS = 500_000_000;
    private static final long EPOCH_NANOS = 1_000_000;
    private static final long MEMORY_BYTES = 16L << 20;
    /** An epoch has up to this many pages: few are stored as runs, many as words. */
    private static final int PAGES_MAX = 2048;

    private RecorderWarmUp() {}

    /** Takes half a second. */
    static void run() throws IOException {
        Path directory = Files.createTempDirectory("ramtracker-warm-up");
        Path file = directory.resolve("trace");
        // A signal ends the JVM while this runs; the last that was registered goes first.
        directory.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        try {
            record(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    private static void record(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        try (GuestMemory memory = memory();
                DirtyBitmap marks = new DirtyBitmap(memory.pages());
                DirtyTraceRecorder recorder = DirtyTraceRecorder.create(
                        file, memory, new DirtyBitmapLog(marks), SystemNanoClock.INSTANCE, EPOCH_NANOS, 0)) {
            recorder.start();
            for (long end = System.nanoTime() + LENGTH_NANOS; System.nanoTime() < end; ) {
                for (int pages = random.nextInt(PAGES_MAX); pages > 0; pages--) {
                    marks.mark(random.nextLong(memory.pages()));
                }
                long ignored = recorder.tick();
            }
        }
    }

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, MEMORY_BYTES, new Backing.Anonymous())
                .build();
    }
}
