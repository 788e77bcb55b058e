package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Writers that do not stop, a migrator that harvests and copies all the while, and in the end a copy that is the memory. */
final class HarvestAndCopyStressTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(Boolean.getBoolean("ramtracker.soak") ? 120 : 2);
    private static final int WRITERS = 2;

    private volatile boolean paused;
    private long copiedPages;

    @Test
    void copyEqualsTheMemoryOnceTheWritersArePausedAndDrained() throws Exception {
        try (GuestMemory memory = guest();
                GuestMemory copy = guest();
                DirtyBitmap marks = new DirtyBitmap(memory.pages());
                DirtyRound round = new DirtyRound(memory, new DirtyBitmapLog(marks))) {
            List<FutureTask<Void>> writers = startWriters(memory, marks);
            round.addEveryPage();
            passWhileWritten(round, memory, copy);
            paused = true;
            for (FutureTask<Void> writer : writers) {
                writer.get();
            }
            round.collect();
            sendPending(round, memory, copy);
            assertSame(memory, copy);
            assertThat(copiedPages).isGreaterThan(memory.pages());
        }
    }

    private static GuestMemory guest() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 67 * 4096, new Backing.Anonymous())
                .block("high", 1 << 20, 130 * 4096, new Backing.Anonymous())
                .build();
    }

    private List<FutureTask<Void>> startWriters(GuestMemory memory, DirtyBitmap marks) {
        List<FutureTask<Void>> writers = LongStream.range(0, WRITERS)
                .mapToObj(i -> new FutureTask<Void>(() -> write(memory, new TrackedWriter(marks), SEED + i), null))
                .toList();
        writers.forEach(writer -> Thread.ofPlatform().name("writer").start(writer));
        return writers;
    }

    private void write(GuestMemory memory, TrackedWriter writer, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        MemorySegment bytes = MemorySegment.ofArray(random.longs(2_000).toArray());
        while (!paused) {
            RamBlock block = memory.blocks().get(random.nextInt(2));
            long offsetBytes = random.nextLong(block.usedLengthBytes() / 8) * 8;
            long lengthBytes = 1 + random.nextLong(Math.min(bytes.byteSize(), block.usedLengthBytes() - offsetBytes));
            switch (random.nextInt(3)) {
                case 0 -> writer.put(block, offsetBytes, bytes.asSlice(0, lengthBytes));
                case 1 -> writer.fill(block, offsetBytes, lengthBytes, (byte) random.nextInt());
                default -> writer.putLong(block, offsetBytes, random.nextLong());
            }
        }
    }

    /** Some passes do not arrive: the destination has then kept a part of them, and all is put back. */
    private void passWhileWritten(DirtyRound round, GuestMemory memory, GuestMemory copy) {
        long start = System.nanoTime();
        for (int pass = 0; System.nanoTime() - start < RUN_NANOS; pass++) {
            round.collect();
            sendPending(round, memory, copy);
            if (pass % 3 == 0) {
                round.putBack();
            } else {
                round.commit();
            }
        }
    }

    private void sendPending(DirtyRound round, GuestMemory memory, GuestMemory copy) {
        for (RamBlock block : memory.blocks()) {
            MemorySegment target = copy.blocks().get(block.index()).segment();
            for (long page = block.firstPage(); page < block.endPage(); page++) {
                if (round.pending().contains(page)) {
                    round.take(page, 1);
                    long at = block.offsetBytesOf(page);
                    MemorySegment.copy(block.segment(), at, target, at, 4096);
                    copiedPages++;
                }
            }
        }
    }

    private static void assertSame(GuestMemory memory, GuestMemory copy) {
        for (RamBlock block : memory.blocks()) {
            MemorySegment target = copy.blocks().get(block.index()).segment();
            assertThat(block.segment().mismatch(target))
                    .as("first byte that differs in %s, seed %d", block, SEED)
                    .isEqualTo(-1);
        }
    }
}
