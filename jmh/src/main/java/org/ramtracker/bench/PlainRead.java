package org.ramtracker.bench;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.CompilerControl;

/** Reads memory with the widest vectors and decides nothing: the limit of all that has to look at every byte. */
final class PlainRead {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int VECTOR_BYTES = SPECIES.vectorByteSize();

    private PlainRead() {}

    /**
     * All words of a range ORed; its length is a multiple of four vectors. Compiled by itself: inlined twice into a benchmark, its
     * vectors were objects on the heap (4.6 KB a page), and the limit was twenty times too slow.
     */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    static long read(MemorySegment segment, long fromBytes, long toBytes) {
        LongVector first = LongVector.zero(SPECIES);
        LongVector second = first;
        LongVector third = first;
        LongVector fourth = first;
        for (long at = fromBytes; at < toBytes; at += 4L * VECTOR_BYTES) {
            first = first.or(load(segment, at));
            second = second.or(load(segment, at + VECTOR_BYTES));
            third = third.or(load(segment, at + 2L * VECTOR_BYTES));
            fourth = fourth.or(load(segment, at + 3L * VECTOR_BYTES));
        }
        return first.or(second).or(third.or(fourth)).reduceLanes(VectorOperators.OR);
    }

    private static LongVector load(MemorySegment segment, long atBytes) {
        return LongVector.fromMemorySegment(SPECIES, segment, atBytes, ByteOrder.nativeOrder());
    }
}
