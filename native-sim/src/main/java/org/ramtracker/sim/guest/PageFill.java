package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * What memory holds before the first write: a pure function of the seed and the page's ordinal.
 *
 * <p>Threads: immutable.
 */
final class PageFill {
    private static final long EVERY_BYTE = 0x0101010101010101L;

    /** Kinds of pages, as the lowest two bits of a mixed page's key. */
    static final byte NORMAL = 1;

    static final byte ZERO = 0;
    static final byte DUPLICATE = 2;
    private static final long KIND_MASK = 3;

    /** What somebody else wants each page to be. */
    interface Kinds {
        /** {@link #NORMAL}, {@link #ZERO} or {@link #DUPLICATE}. */
        int of(long ordinal);

        /** What a normal page shall compress to: the share of it that is random, the rest being zero. */
        double compressedShare();
    }

    private final FillKind kind;
    private final @Nullable Kinds kinds;
    /** Random bytes at the start of a normal page. */
    private final int randomBytes;

    private final long key;
    private final int pageBytes;
    private final MemoryKernels kernels = Kernels.chosen();

    PageFill(FillKind kind, long seed, int pageBytes) {
        this(kind, null, seed, pageBytes, pageBytes);
    }

    private PageFill(FillKind kind, @Nullable Kinds kinds, long seed, int pageBytes, int randomBytes) {
        this.kind = kind;
        this.kinds = kinds;
        this.randomBytes = randomBytes;
        this.key = Mixer.key(seed, 1);
        this.pageBytes = pageBytes;
    }

    /** A fill whose pages are of the kinds that somebody else wants. */
    static PageFill ofKinds(Kinds kinds, long seed, int pageBytes) {
        int words = (int) Math.ceil(kinds.compressedShare() * pageBytes / Long.BYTES);
        return new PageFill(
                FillKind.MIXED, kinds, seed, pageBytes, Math.clamp((long) words * Long.BYTES, Long.BYTES, pageBytes));
    }

    /** Fills all memory, on all cores. Memory that shall be zero is taken to be zero, and not touched. */
    void fillAll(PageLayout layout) {
        if (kind != FillKind.ZERO) {
            layout.forEachChunk((from, to) -> fillPages(layout, from, to));
        }
    }

    private void fillPages(PageLayout layout, long from, long to) {
        for (long ordinal = from; ordinal < to; ordinal++) {
            fillPage(layout.blockOf(ordinal).segment(), layout.offsetBytesOf(ordinal), ordinal);
        }
    }

    private void fillPage(MemorySegment segment, long offsetBytes, long ordinal) {
        long page = pageKey(ordinal);
        if (isUniform(page)) {
            if (uniformWord(page) != 0) {
                segment.asSlice(offsetBytes, pageBytes).fill((byte) uniformWord(page));
            }
        } else {
            fillRandom(segment, offsetBytes, randomBytes, page);
        }
    }

    /** The rest is zero already, like all memory before it is filled. */
    private static void fillRandom(MemorySegment segment, long offsetBytes, int randomBytes, long page) {
        for (int at = 0; at < randomBytes; at += Long.BYTES) {
            segment.set(WORD, offsetBytes + at, randomWord(page, at));
        }
    }

    /** Whether a page holds nothing but its fill. */
    boolean matches(MemorySegment segment, long offsetBytes, long ordinal) {
        long page = pageKey(ordinal);
        if (isUniform(page)) {
            return kernels.uniformByte(segment, offsetBytes, pageBytes) == (uniformWord(page) & 0xff);
        }
        return matchesRandom(segment, offsetBytes, randomBytes, page)
                && firstOtherThan(0, segment, offsetBytes, randomBytes, pageBytes) == pageBytes;
    }

    private static boolean matchesRandom(MemorySegment segment, long offsetBytes, int randomBytes, long page) {
        // without a branch in the loop, since nearly all pages match to the end
        long difference = 0;
        for (int at = 0; at < randomBytes; at += Long.BYTES) {
            difference |= segment.get(WORD, offsetBytes + at) ^ randomWord(page, at);
        }
        return difference == 0;
    }

    /** Offset in the page of the first word from {@code fromBytes} on that is not the fill; the page's size if none. */
    int firstMismatch(MemorySegment segment, long offsetBytes, long ordinal, int fromBytes) {
        long page = pageKey(ordinal);
        return isUniform(page)
                ? firstOtherThan(uniformWord(page), segment, offsetBytes, fromBytes, pageBytes)
                : firstNotFilled(page, segment, offsetBytes, fromBytes);
    }

    private static int firstOtherThan(long word, MemorySegment segment, long offsetBytes, int fromBytes, int toBytes) {
        int at = fromBytes;
        while (at < toBytes && segment.get(WORD, offsetBytes + at) == word) {
            at += Long.BYTES;
        }
        return at;
    }

    private int firstNotFilled(long page, MemorySegment segment, long offsetBytes, int fromBytes) {
        int at = firstNotRandom(page, segment, offsetBytes, fromBytes, randomBytes);
        return at < randomBytes ? at : firstOtherThan(0, segment, offsetBytes, at, pageBytes);
    }

    private static int firstNotRandom(long page, MemorySegment segment, long offsetBytes, int fromBytes, int toBytes) {
        int at = fromBytes;
        while (at < toBytes && segment.get(WORD, offsetBytes + at) == randomWord(page, at)) {
            at += Long.BYTES;
        }
        return at;
    }

    /** One word of a page. */
    long word(long ordinal, int offsetInPageBytes) {
        long page = pageKey(ordinal);
        if (isUniform(page)) {
            return uniformWord(page);
        }
        return offsetInPageBytes < randomBytes ? randomWord(page, offsetInPageBytes) : 0;
    }

    private long pageKey(long ordinal) {
        long page = Mixer.mix(key + ordinal * Mixer.GOLDEN);
        return kinds == null ? page : (page & ~KIND_MASK) | kinds.of(ordinal);
    }

    private boolean isUniform(long page) {
        return kind == FillKind.ZERO || (kind == FillKind.MIXED && (page & 1) == 0);
    }

    private long uniformWord(long page) {
        boolean zero = kind == FillKind.ZERO || (page & 2) == 0;
        return zero ? 0 : (1 + (page >>> 8 & 0xff) % 0xff) * EVERY_BYTE;
    }

    private static long randomWord(long page, int offsetInPageBytes) {
        return Mixer.mix(page + offsetInPageBytes * Mixer.GOLDEN);
    }
}
