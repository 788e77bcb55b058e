package org.ramtracker.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The vector kernels answer what the scalar ones do. */
final class VectorKernelsDifferentialTest {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);

    private final MemoryKernels scalar = new ScalarKernels();
    private final MemoryKernels vector = new VectorKernels();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    @Test
    void theyAgreeOnEveryDifferingByteOfAwkwardRanges() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(16384, 64);
            for (long lengthBytes : new long[] {64, 128, 192, 256, 320, 448, 512, 960, 1088, 4096}) {
                for (long offsetBytes : new long[] {0, 8, 24, 64, 136, 4096 - 8, 4096}) {
                    compareOnEveryByte(memory, offsetBytes, lengthBytes);
                }
            }
        }
    }

    private void compareOnEveryByte(MemorySegment memory, long offsetBytes, long lengthBytes) {
        byte fill = (byte) random.nextInt(3);
        memory.fill(fill);
        for (long at = Math.max(0, offsetBytes - 8); at < offsetBytes + lengthBytes + 8; at++) {
            memory.set(JAVA_BYTE, at, (byte) (fill ^ 1 << random.nextInt(8)));
            compareRange(memory, offsetBytes, lengthBytes);
            memory.set(JAVA_BYTE, at, fill);
        }
    }

    @Test
    void theyAgreeOnLargePagesWithAtMostOneDifference() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 << 20, 64);
            for (int shift = 12; shift <= 21; shift++) {
                for (int i = 0; i < 40; i++) {
                    long at = random.nextLong(memory.byteSize());
                    memory.set(JAVA_BYTE, at, (byte) random.nextInt());
                    compareRange(memory, 8 * random.nextLong((memory.byteSize() - (1L << shift)) / 8 + 1), 1L << shift);
                    memory.set(JAVA_BYTE, at, (byte) 0);
                }
            }
        }
    }

    private void compareRange(MemorySegment memory, long offsetBytes, long lengthBytes) {
        String where = "offset %d, length %d, seed %d".formatted(offsetBytes, lengthBytes, SEED);
        assertThat(vector.uniformByte(memory, offsetBytes, lengthBytes))
                .as(where)
                .isEqualTo(scalar.uniformByte(memory, offsetBytes, lengthBytes));
        assertThat(vector.isZero(memory, offsetBytes, lengthBytes))
                .as(where)
                .isEqualTo(scalar.isZero(memory, offsetBytes, lengthBytes));
    }

    @Test
    void theyAgreeOnWhichBytesDiffer() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(256, 64);
            MemorySegment second = arena.allocate(256, 64);
            for (int round = 0; round < 20_000; round++) {
                second.copyFrom(first);
                for (int i = random.nextInt(80); i > 0; i--) {
                    second.set(JAVA_BYTE, random.nextInt(256), (byte) (random.nextInt(3) - 1));
                }
                long at = 8L * random.nextInt(25);
                long expected = differingBytes(first, second, at);
                String where = "offset %d, seed %d".formatted(at, SEED);
                assertThat(scalar.differingBytes(first, at, second, at))
                        .as(where)
                        .isEqualTo(expected);
                assertThat(vector.differingBytes(first, at, second, at))
                        .as(where)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void theyAgreeOnHowManyBytesAreEqual() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(4096 + 64, 64);
            MemorySegment second = arena.allocate(4096 + 64, 64);
            for (int round = 0; round < 5_000; round++) {
                long offsetBytes = 8L * random.nextInt(8);
                int lengthBytes = 64 * random.nextInt(65);
                int differsAt = random.nextInt(4096);
                second.set(JAVA_BYTE, offsetBytes + differsAt, (byte) 1);
                int expected = Math.min(lengthBytes, differsAt & -64);
                String where = "offset %d, length %d, differs at %d".formatted(offsetBytes, lengthBytes, differsAt);
                assertThat(scalar.equalBytes(first, offsetBytes, second, offsetBytes, lengthBytes))
                        .as(where)
                        .isEqualTo(expected);
                assertThat(vector.equalBytes(first, offsetBytes, second, offsetBytes, lengthBytes))
                        .as(where)
                        .isEqualTo(expected);
                second.set(JAVA_BYTE, offsetBytes + differsAt, (byte) 0);
            }
        }
    }

    private static long differingBytes(MemorySegment first, MemorySegment second, long at) {
        long differing = 0;
        for (int i = 0; i < 64; i++) {
            differing |= (first.get(JAVA_BYTE, at + i) == second.get(JAVA_BYTE, at + i) ? 0L : 1L) << i;
        }
        return differing;
    }

    @Test
    void theyAgreeOnWordsOfEveryDensity() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment words = arena.allocate(700 * Long.BYTES, 64);
            for (int round = 0; round < 20_000; round++) {
                fillWords(words, 1 << random.nextInt(11));
                compareWords(words);
            }
        }
    }

    private void fillWords(MemorySegment words, int oneIn) {
        long value = random.nextInt(2) - 1L;
        words.fill((byte) value);
        for (int i = 0; i < 700 / oneIn; i++) {
            words.setAtIndex(JAVA_LONG, random.nextInt(700), value ^ 1L << random.nextInt(64));
        }
    }

    private void compareWords(MemorySegment words) {
        long fromWord = random.nextLong(701);
        long toWord = random.nextLong(fromWord, 701);
        String where = "words [%d, %d), seed %d".formatted(fromWord, toWord, SEED);
        assertThat(vector.firstNonZeroWord(words, fromWord, toWord))
                .as(where)
                .isEqualTo(scalar.firstNonZeroWord(words, fromWord, toWord));
        assertThat(vector.firstNonFullWord(words, fromWord, toWord))
                .as(where)
                .isEqualTo(scalar.firstNonFullWord(words, fromWord, toWord));
    }
}
