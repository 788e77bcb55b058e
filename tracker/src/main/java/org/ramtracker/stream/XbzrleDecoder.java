package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * Applies an XBZRLE delta to a page, in place.
 *
 * <pre>
 *   delta  = zrun nzrun { zrun nzrun }    or empty
 *   zrun   = length                       so many bytes stay; at least 1 but for the first
 *   nzrun  = length byte*length           so many bytes are replaced; at least 1
 *   length = v below 0x80 in one byte, else (v and 0x7F) or 0x80, then v shifted right by 7, below 0x80
 * </pre>
 *
 * <p>The rules are those that QEMU 7.2 and 10.0 were seen to enforce. Threads: stateless. Nothing allocates.
 */
public final class XbzrleDecoder {
    /** The delta was applied. */
    public static final int APPLIED = 0;

    /** Less than two bytes are left where a run's length was expected. */
    public static final int RUN_MISSING = -1;

    /** The second byte of a length has its top bit set. */
    public static final int LENGTH_TOO_LONG = -2;

    /** A run is empty that must not be. */
    public static final int RUN_EMPTY = -3;

    /** A run ends beyond the page. */
    public static final int BEYOND_PAGE = -4;

    /** Literal bytes end beyond the delta. */
    public static final int BEYOND_DELTA = -5;

    private static final int CONTINUATION_BIT = 0x80;
    private static final int VALUE_BITS = 7;
    private static final int SHORTEST_RUN_BYTES = 2;

    private XbzrleDecoder() {}

    /**
     * Applies a delta.
     *
     * @param delta memory with the delta
     * @param deltaOffsetBytes where it begins
     * @param deltaBytes its length
     * @param page memory with the page
     * @param pageOffsetBytes where the page begins
     * @param pageBytes the page size
     * @return {@link #APPLIED} or one of the other codes, all negative; the page is then partly changed
     */
    public static int apply(
            MemorySegment delta,
            long deltaOffsetBytes,
            int deltaBytes,
            MemorySegment page,
            long pageOffsetBytes,
            int pageBytes) {
        long at = deltaOffsetBytes;
        long end = deltaOffsetBytes + deltaBytes;
        int position = 0;
        while (at < end) {
            int same = runLength(delta, at, end);
            if (same < 0 || (same == 0 && at != deltaOffsetBytes)) {
                return same < 0 ? same : RUN_EMPTY;
            }
            at += encodedBytes(delta, at);
            position += same;
            int changed = runLength(delta, at, end);
            if (changed <= 0) {
                return changed < 0 ? changed : RUN_EMPTY;
            }
            at += encodedBytes(delta, at);
            if (position + changed > pageBytes) {
                return BEYOND_PAGE;
            }
            if (at + changed > end) {
                return BEYOND_DELTA;
            }
            MemorySegment.copy(delta, at, page, pageOffsetBytes + position, changed);
            at += changed;
            position += changed;
        }
        return APPLIED;
    }

    private static int runLength(MemorySegment delta, long at, long end) {
        if (end - at < SHORTEST_RUN_BYTES) {
            return RUN_MISSING;
        }
        int first = unsigned(delta, at);
        if (first < CONTINUATION_BIT) {
            return first;
        }
        int second = unsigned(delta, at + 1);
        return second < CONTINUATION_BIT ? first - CONTINUATION_BIT | second << VALUE_BITS : LENGTH_TOO_LONG;
    }

    private static int encodedBytes(MemorySegment delta, long at) {
        return unsigned(delta, at) < CONTINUATION_BIT ? 1 : 2;
    }

    private static int unsigned(MemorySegment delta, long at) {
        return Byte.toUnsignedInt(delta.get(JAVA_BYTE, at));
    }

    /**
     * What a code means.
     *
     * @param code a negative result of {@link #apply}
     * @return a clause for an error message
     */
    public static String describe(int code) {
        return switch (code) {
            case RUN_MISSING -> "fewer than two bytes are left where a run was expected";
            case LENGTH_TOO_LONG -> "the length of a run takes more than two bytes";
            case RUN_EMPTY -> "a run is empty";
            case BEYOND_PAGE -> "a run ends beyond the page";
            case BEYOND_DELTA -> "the bytes of a run end beyond the delta";
            default -> throw new IllegalArgumentException("no such code: " + code);
        };
    }
}
