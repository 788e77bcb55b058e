package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyRound;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.VcpuControl;

/** A guest whose threads never stop writing: two blocks with a hole between them, filled with zero, repeated and random bytes. */
final class TestGuest implements VcpuControl, AutoCloseable {
    private static final int WRITERS = 2;
    private static final long HOLE_BYTES = 1L << 30;

    final GuestMemory memory;
    final DirtyBitmap marks;
    final DirtyBitmapLog log;
    final DirtyRound round;
    private final TrackedWriter writer;
    private final List<Thread> threads = new ArrayList<>();

    /** Odd: a pause is wanted. It only grows, so that no thread's answer to an old pause is taken for that to a new one. */
    private final AtomicLong wanted = new AtomicLong();

    private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS);
    private volatile boolean ended;

    TestGuest(PageSize pageSize, long blockBytes, long seed) throws IOException {
        memory = memory(pageSize, blockBytes);
        marks = new DirtyBitmap(memory.pages());
        log = new DirtyBitmapLog(marks);
        round = new DirtyRound(memory, log);
        writer = new TrackedWriter(marks);
        SplittableRandom random = new SplittableRandom(seed);
        for (RamBlock block : memory.blocks()) {
            fill(block, random);
        }
        for (int i = 0; i < WRITERS; i++) {
            int index = i;
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().daemon().start(() -> run(index, own)));
        }
    }

    static GuestMemory memory(PageSize pageSize, long blockBytes) throws IOException {
        return GuestMemory.builder(pageSize)
                .block("ram-low", 0, blockBytes, new Backing.Anonymous())
                .block("ram-high", HOLE_BYTES, 2 * blockBytes, new Backing.Anonymous())
                .build();
    }

    private void fill(RamBlock block, SplittableRandom random) {
        int pageBytes = memory.pageSize().bytes();
        for (long at = 0; at < block.usedLengthBytes(); at += pageBytes) {
            switch (random.nextInt(3)) {
                case 0 -> writer.fill(block, at, pageBytes, (byte) 0);
                case 1 -> writer.fill(block, at, pageBytes, (byte) random.nextInt());
                default -> {
                    byte[] bytes = new byte[pageBytes];
                    random.nextBytes(bytes);
                    writer.put(block, at, MemorySegment.ofArray(bytes));
                }
            }
        }
    }

    private void run(int index, SplittableRandom random) {
        while (!ended) {
            long seen = wanted.get();
            acknowledged.set(index, seen);
            if (!isPause(seen)) {
                write(random);
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private static boolean isPause(long wanted) {
        return (wanted & 1) == 1;
    }

    private void write(SplittableRandom random) {
        RamBlock block = memory.blocks().get(random.nextInt(memory.blocks().size()));
        int pageBytes = memory.pageSize().bytes();
        long page = random.nextLong(block.pages()) * pageBytes;
        switch (random.nextInt(4)) {
            case 0 -> writer.fill(block, page, pageBytes, (byte) 0);
            case 1 -> writer.fill(block, page, pageBytes, (byte) random.nextInt());
            default -> writer.putLong(block, page + 8L * random.nextInt(pageBytes / 8), random.nextLong());
        }
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public void requestPause() {
        wanted.updateAndGet(now -> now | 1);
    }

    @Override
    public boolean isDrained() {
        long now = wanted.get();
        for (int i = 0; i < WRITERS; i++) {
            if (acknowledged.get(i) != now) {
                return false;
            }
        }
        return isPause(now);
    }

    @Override
    public void resume() {
        wanted.updateAndGet(now -> isPause(now) ? now + 1 : now);
    }

    @Override
    public void throttle(int percent) {}

    boolean isPauseRequested() {
        return isPause(wanted.get());
    }

    void assertEquals(GuestMemory other) {
        for (RamBlock block : memory.blocks()) {
            long mismatch = block.segment()
                    .mismatch(other.find(block.idstr()).orElseThrow().segment());
            assertThat(mismatch).as("first difference in %s", block).isEqualTo(-1);
        }
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            joinUninterruptibly(thread);
        }
        round.close();
        marks.close();
        memory.close();
    }

    private static void joinUninterruptibly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
