package org.ramtracker.simd;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The twin of {@link ScalarKernels} on the Vector API. Only {@link Kernels} names this class: it does not link without the
 * module {@code jdk.incubator.vector}.
 *
 * <p>The loop looks at a block of four vectors and branches once a block. The four loads are independent of each other
 * and nothing is carried from one block to the next, so that the loads are the only limit; accumulators carried over
 * longer blocks were several times slower in the cache ({@code docs/performance.md}).
 */
final class VectorKernels implements MemoryKernels {
    private static final VectorSpecies<Long> SPECIES = widestUpTo512Bits();
    private static final VectorSpecies<Byte> BYTES = SPECIES.withLanes(byte.class);
    private static final int VECTOR_BYTES = SPECIES.vectorByteSize();
    private static final int BLOCK_BYTES = 4 * VECTOR_BYTES;
    private static final int STRIDE_BYTES_MAX = 1 << 30;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** A block must not be longer than the shortest page, nor a vector than the 64 bytes that lengths are multiples of. */
    private static VectorSpecies<Long> widestUpTo512Bits() {
        VectorSpecies<Long> preferred = LongVector.SPECIES_PREFERRED;
        return preferred.vectorBitSize() <= 512 ? preferred : VectorSpecies.of(long.class, VectorShape.S_512_BIT);
    }

    static int widthBits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public int uniformByte(MemorySegment segment, long offsetBytes, long lengthBytes) {
        long first = segment.get(JAVA_LONG, offsetBytes);
        long expected = ScalarKernels.repeat((byte) first);
        // Most normal pages are known by their first word; the loop does not have to start for them.
        return first == expected && allWordsEqual(segment, offsetBytes, lengthBytes, expected)
                ? Byte.toUnsignedInt((byte) first)
                : NOT_UNIFORM;
    }

    @Override
    public boolean isZero(MemorySegment segment, long offsetBytes, long lengthBytes) {
        return segment.get(JAVA_LONG, offsetBytes) == 0 && allWordsEqual(segment, offsetBytes, lengthBytes, 0);
    }

    private static boolean allWordsEqual(MemorySegment segment, long offsetBytes, long lengthBytes, long word) {
        long end = offsetBytes + lengthBytes;
        long rest = firstBlockOtherThan(word, segment, offsetBytes, end);
        // A whole block that is left is one that differs; where in it does not matter.
        return end - rest < BLOCK_BYTES && ScalarKernels.allWordsEqual(segment, rest, end - rest, word);
    }

    @Override
    public long differingBytes(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes) {
        return differing(first, firstOffsetBytes, second, secondOffsetBytes);
    }

    @Override
    public int equalBytes(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes, int lengthBytes) {
        for (int at = 0; at < lengthBytes; at += COMPARED_BYTES) {
            if (differing(first, firstOffsetBytes + at, second, secondOffsetBytes + at) != 0) {
                return at;
            }
        }
        return lengthBytes;
    }

    private static long differing(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes) {
        long differing = 0;
        for (int at = 0; at < COMPARED_BYTES; at += VECTOR_BYTES) {
            ByteVector one = ByteVector.fromMemorySegment(BYTES, first, firstOffsetBytes + at, ORDER);
            ByteVector other = ByteVector.fromMemorySegment(BYTES, second, secondOffsetBytes + at, ORDER);
            differing |= one.compare(VectorOperators.NE, other).toLong() << at;
        }
        return differing;
    }

    @Override
    public long firstNonZeroWord(MemorySegment words, long fromWord, long toWord) {
        return firstWordOtherThan(0, words, fromWord, toWord);
    }

    @Override
    public long firstNonFullWord(MemorySegment words, long fromWord, long toWord) {
        return firstWordOtherThan(-1L, words, fromWord, toWord);
    }

    /** Up to a vector's boundary by the word: in a dense bitmap the next word is near, in a sparse one the loads are aligned. */
    private static long firstWordOtherThan(long value, MemorySegment words, long fromWord, long toWord) {
        long boundary = Math.min(toWord, (fromWord | VECTOR_BYTES / Long.BYTES - 1) + 1);
        long word = ScalarKernels.firstWordOtherThan(value, words, fromWord, boundary);
        if (word < boundary || boundary >= toWord) {
            return word;
        }
        long block = firstBlockOtherThan(value, words, boundary * Long.BYTES, toWord * Long.BYTES);
        return ScalarKernels.firstWordOtherThan(value, words, block / Long.BYTES, toWord);
    }

    /** Offset of the first block that holds another word than {@code value}, or of what is left after the last whole block. */
    private static long firstBlockOtherThan(long value, MemorySegment segment, long fromBytes, long toBytes) {
        long at = fromBytes;
        while (at <= toBytes - BLOCK_BYTES) {
            int strideBytes = (int) Math.min(toBytes - at, STRIDE_BYTES_MAX) & -BLOCK_BYTES;
            int equalBytes = equalBlocksBytes(value, segment, at, strideBytes);
            at += equalBytes;
            if (equalBytes < strideBytes) {
                break;
            }
        }
        return at;
    }

    /** Counted by an int, because that came closer to the plain read in memory ({@code docs/performance.md}). */
    private static int equalBlocksBytes(long value, MemorySegment segment, long fromBytes, int lengthBytes) {
        for (int at = 0; at < lengthBytes; at += BLOCK_BYTES) {
            if (!blockEquals(value, segment, fromBytes + at)) {
                return at;
            }
        }
        return lengthBytes;
    }

    private static boolean blockEquals(long value, MemorySegment segment, long atBytes) {
        LongVector first = differences(value, segment, atBytes);
        LongVector second = differences(value, segment, atBytes + VECTOR_BYTES);
        LongVector third = differences(value, segment, atBytes + 2L * VECTOR_BYTES);
        LongVector fourth = differences(value, segment, atBytes + 3L * VECTOR_BYTES);
        LongVector any = first.or(second).or(third.or(fourth));
        return !any.compare(VectorOperators.NE, 0).anyTrue();
    }

    private static LongVector differences(long value, MemorySegment segment, long atBytes) {
        return LongVector.fromMemorySegment(SPECIES, segment, atBytes, ORDER).lanewise(VectorOperators.XOR, value);
    }

    @Override
    public String description() {
        return "vector " + widthBits() + " bit";
    }
}
