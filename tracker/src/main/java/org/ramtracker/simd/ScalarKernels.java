package org.ramtracker.simd;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The specification of {@link MemoryKernels}, a word at a time. */
final class ScalarKernels implements MemoryKernels {
    private static final long EVERY_BYTE = 0x0101010101010101L;
    private static final long LOW_7_BITS = 0x7F7F7F7F7F7F7F7FL;

    /** Multiplying by it brings bit {@code 8 i} to bit {@code 56 + i}, without a carry. */
    private static final long GATHER = 0x0102040810204080L;

    private static final ValueLayout.OfLong LITTLE_ENDIAN = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The word of eight such bytes. */
    static long repeat(byte value) {
        return Byte.toUnsignedInt(value) * EVERY_BYTE;
    }

    @Override
    public int uniformByte(MemorySegment segment, long offsetBytes, long lengthBytes) {
        byte first = segment.get(JAVA_BYTE, offsetBytes);
        return allWordsEqual(segment, offsetBytes, lengthBytes, repeat(first))
                ? Byte.toUnsignedInt(first)
                : NOT_UNIFORM;
    }

    @Override
    public boolean isZero(MemorySegment segment, long offsetBytes, long lengthBytes) {
        return allWordsEqual(segment, offsetBytes, lengthBytes, 0);
    }

    static boolean allWordsEqual(MemorySegment segment, long offsetBytes, long lengthBytes, long word) {
        for (long at = offsetBytes; at < offsetBytes + lengthBytes; at += Long.BYTES) {
            if (segment.get(JAVA_LONG, at) != word) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long differingBytes(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes) {
        long differing = 0;
        for (int at = 0; at < COMPARED_BYTES; at += Long.BYTES) {
            long word =
                    first.get(LITTLE_ENDIAN, firstOffsetBytes + at) ^ second.get(LITTLE_ENDIAN, secondOffsetBytes + at);
            differing |= nonZeroBytes(word) << at;
        }
        return differing;
    }

    @Override
    public int equalBytes(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes, int lengthBytes) {
        int at = 0;
        while (at < lengthBytes && differingBytes(first, firstOffsetBytes + at, second, secondOffsetBytes + at) == 0) {
            at += COMPARED_BYTES;
        }
        return at;
    }

    /** Bit {@code i} is set if byte {@code i} is not zero, counted from the lowest. */
    private static long nonZeroBytes(long word) {
        long highBits = (((word & LOW_7_BITS) + LOW_7_BITS) | word) & ~LOW_7_BITS;
        return ((highBits >>> 7) * GATHER) >>> 56;
    }

    @Override
    public long firstNonZeroWord(MemorySegment words, long fromWord, long toWord) {
        return firstWordOtherThan(0, words, fromWord, toWord);
    }

    @Override
    public long firstNonFullWord(MemorySegment words, long fromWord, long toWord) {
        return firstWordOtherThan(-1L, words, fromWord, toWord);
    }

    static long firstWordOtherThan(long value, MemorySegment words, long fromWord, long toWord) {
        for (long word = fromWord; word < toWord; word++) {
            if (words.getAtIndex(JAVA_LONG, word) != value) {
                return word;
            }
        }
        return toWord;
    }

    @Override
    public String description() {
        return "scalar";
    }
}
