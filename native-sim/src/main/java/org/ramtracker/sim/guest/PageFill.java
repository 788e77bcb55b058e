package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.MemorySegment;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * What memory holds before the first write: a pure function of the seed and the page's ordinal.
 *
 * <p>Threads: immutable.
 */
final class PageFill {
    private static final long EVERY_BYTE = 0x0101010101010101L;

    private final FillKind kind;
    private final long key;
    private final int pageBytes;
    private final MemoryKernels kernels = Kernels.chosen();

    PageFill(FillKind kind, long seed, int pageBytes) {
        this.kind = kind;
        this.key = Mixer.key(seed, 1);
        this.pageBytes = pageBytes;
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
            fillRandom(segment, offsetBytes, pageBytes, page);
        }
    }

    private static void fillRandom(MemorySegment segment, long offsetBytes, int pageBytes, long page) {
        for (int at = 0; at < pageBytes; at += Long.BYTES) {
            segment.set(WORD, offsetBytes + at, randomWord(page, at));
        }
    }

    /** Whether a page holds nothing but its fill. */
    boolean matches(MemorySegment segment, long offsetBytes, long ordinal) {
        long page = pageKey(ordinal);
        if (isUniform(page)) {
            return kernels.uniformByte(segment, offsetBytes, pageBytes) == (uniformWord(page) & 0xff);
        }
        return matchesRandom(segment, offsetBytes, pageBytes, page);
    }

    private static boolean matchesRandom(MemorySegment segment, long offsetBytes, int pageBytes, long page) {
        // without a branch in the loop, since nearly all pages match to the end
        long difference = 0;
        for (int at = 0; at < pageBytes; at += Long.BYTES) {
            difference |= segment.get(WORD, offsetBytes + at) ^ randomWord(page, at);
        }
        return difference == 0;
    }

    /** Offset in the page of the first word from {@code fromBytes} on that is not the fill; the page's size if none. */
    int firstMismatch(MemorySegment segment, long offsetBytes, long ordinal, int fromBytes) {
        long page = pageKey(ordinal);
        return isUniform(page)
                ? firstOtherThan(uniformWord(page), segment, offsetBytes, fromBytes, pageBytes)
                : firstNotRandom(page, segment, offsetBytes, fromBytes, pageBytes);
    }

    private static int firstOtherThan(long word, MemorySegment segment, long offsetBytes, int fromBytes, int toBytes) {
        int at = fromBytes;
        while (at < toBytes && segment.get(WORD, offsetBytes + at) == word) {
            at += Long.BYTES;
        }
        return at;
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
        return isUniform(page) ? uniformWord(page) : randomWord(page, offsetInPageBytes);
    }

    private long pageKey(long ordinal) {
        return Mixer.mix(key + ordinal * Mixer.GOLDEN);
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
