package org.ramtracker.sim.cli;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.trace.DirtyTraceRecorder;

/** A trace of a guest that never was: it writes to random pages of a part of its memory, in epochs of 50 ms. */
final class MadeTrace implements DirtyLog {
    static final long EPOCH_NANOS = 50_000_000L;
    static final long PAGE_BYTES = 4096;

    private final long firstPage;
    private final long pages;
    private final int writesPerEpoch;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("SplittableRandom").create(1);

    private MadeTrace(long firstPage, long pages, int writesPerEpoch) {
        this.firstPage = firstPage;
        this.pages = pages;
        this.writesPerEpoch = writesPerEpoch;
    }

    /** The guest has {@code ramPages}, all of them normal at first, and writes to a quarter of them, from the middle on. */
    static void write(Path file, long ramPages, int writesPerEpoch, int epochs) throws IOException {
        long[] now = {0};
        try (GuestMemory memory = memory(ramPages);
                DirtyTraceRecorder recorder = DirtyTraceRecorder.create(
                        file,
                        memory,
                        new MadeTrace(ramPages / 2, ramPages / 4, writesPerEpoch),
                        () -> now[0],
                        EPOCH_NANOS,
                        0)) {
            recorder.start();
            for (int epoch = 0; epoch < epochs; epoch++) {
                now[0] += EPOCH_NANOS;
                long ignored = recorder.tick();
            }
        }
    }

    private static GuestMemory memory(long ramPages) throws IOException {
        GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("pc.ram", 0, ramPages * PAGE_BYTES, new Backing.Anonymous())
                .build();
        for (long page = 0; page < ramPages; page++) {
            memory.blocks().getFirst().segment().set(ValueLayout.JAVA_LONG, page * PAGE_BYTES, page + 1);
        }
        return memory;
    }

    @Override
    public void start() {}

    @Override
    public long sync(PageBitmap pending) {
        long before = pending.count();
        for (int write = 0; write < writesPerEpoch; write++) {
            pending.add(firstPage + random.nextLong(pages), 1);
        }
        return pending.count() - before;
    }

    @Override
    public void stop() {}
}
