package org.ramtracker.simd;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops over guest memory and bitmaps. There are two implementations with the same results: a scalar one, which
 * is the specification, and one on the Vector API; {@link Kernels} chooses once.
 *
 * <p>All of them read memory that others may be writing. They read plainly and may see any mixture of old and new bytes;
 * whoever needs more (a dirty mark after the store, a bitmap word exchanged before the read) brings it along.
 *
 * <p>Threads: stateless, usable by any number of threads at once. None of the methods allocates.
 */
public interface MemoryKernels {
    /** What {@link #uniformByte} answers when the bytes differ. */
    int NOT_UNIFORM = -1;

    /**
     * The byte that a range is filled with, if all its bytes are equal (the duplicate page of QEMU 0.14 to 1.4).
     *
     * @param segment the memory
     * @param offsetBytes start of the range, a multiple of 8
     * @param lengthBytes length of the range, a positive multiple of 64
     * @return the value, 0 to 255, or {@link #NOT_UNIFORM}
     */
    int uniformByte(MemorySegment segment, long offsetBytes, long lengthBytes);

    /**
     * Whether a range is all zero.
     *
     * @param segment the memory
     * @param offsetBytes start of the range, a multiple of 8
     * @param lengthBytes length of the range, a positive multiple of 64
     * @return true if every byte was read as zero
     */
    boolean isZero(MemorySegment segment, long offsetBytes, long lengthBytes);

    /** How many bytes {@link #differingBytes} compares. */
    int COMPARED_BYTES = Long.SIZE;

    /**
     * Which of 64 bytes differ from their counterparts.
     *
     * @param first some memory
     * @param firstOffsetBytes start of the bytes in it, a multiple of 8
     * @param second other memory
     * @param secondOffsetBytes start of the bytes in it, a multiple of 8
     * @return bit {@code i} is set if the bytes {@code i} differ
     */
    long differingBytes(MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes);

    /**
     * How many bytes are equal to their counterparts before the first {@link #COMPARED_BYTES} that are not all equal.
     *
     * @param first some memory
     * @param firstOffsetBytes start of the bytes in it, a multiple of 8
     * @param second other memory
     * @param secondOffsetBytes start of the bytes in it, a multiple of 8
     * @param lengthBytes how many to compare, a multiple of {@link #COMPARED_BYTES}
     * @return a multiple of {@link #COMPARED_BYTES}; {@code lengthBytes} if all are equal
     */
    int equalBytes(
            MemorySegment first, long firstOffsetBytes, MemorySegment second, long secondOffsetBytes, int lengthBytes);

    /**
     * The first 64-bit word in {@code [fromWord, toWord)} that is not zero.
     *
     * @param words words, 8-byte aligned
     * @param fromWord first word to look at
     * @param toWord end, exclusive
     * @return its index, or {@code toWord} if there is none
     */
    long firstNonZeroWord(MemorySegment words, long fromWord, long toWord);

    /**
     * The first 64-bit word in {@code [fromWord, toWord)} that is not all ones.
     *
     * @param words words, 8-byte aligned
     * @param fromWord first word to look at
     * @param toWord end, exclusive
     * @return its index, or {@code toWord} if there is none
     */
    long firstNonFullWord(MemorySegment words, long fromWord, long toWord);

    /**
     * What this is, for people.
     *
     * @return for example {@code "scalar"} or {@code "vector 512 bit"}
     */
    String description();
}
