package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ramtracker.dirty.PageBitmap;

/**
 * Reads a stored set of pages, run by run. A cursor: {@link #nextRun} moves, the accessors describe.
 *
 * <p>What it reads has the right checksum but may still have been made with evil intent: no run leaves the page space, no read
 * leaves the payload.
 *
 * <p>A set is copied to the heap and decoded there: a forecast reads it with code that is interpreted or hardly compiled at first, where a
 * byte of a segment costs tens of calls, and one of an array none. It also cannot change while it is checked.
 *
 * <p>Threads: single-threaded. Nothing allocates once the largest set was read, except for errors.
 */
final class PageSetDecoder {
    private static final int VARINT_BITS_MAX = 56;
    private static final int PAYLOAD_BYTES_MIN = 4096;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final Path file;
    private final long pages;
    private byte[] payload = new byte[PAYLOAD_BYTES_MIN];
    private int encoding = PageSetEncoding.EMPTY;
    private long payloadOffset;
    private int position;
    private int end;

    private long runFirstPage;
    private long runPages;

    /** WORDS: where the next word belongs, how many are left of its stretch, and what is left of the current one. */
    private long nextWord;

    private long stretchWords;
    private long bits;

    PageSetDecoder(Path file, long pages) {
        this.file = file;
        this.pages = pages;
    }

    /** Moves to the beginning of the set stored in {@code [offsetBytes, offsetBytes + payloadBytes)}. */
    void reset(MemorySegment in, int encodingOfSet, long offsetBytes, int payloadBytes) {
        if (payloadBytes > payload.length) {
            payload = new byte[Math.max(payloadBytes, 2 * payload.length)];
        }
        MemorySegment.copy(in, JAVA_BYTE, offsetBytes, payload, 0, payloadBytes);
        encoding = encodingOfSet;
        payloadOffset = offsetBytes;
        position = 0;
        end = payloadBytes;
        runFirstPage = 0;
        runPages = 0;
        nextWord = 0;
        stretchWords = 0;
        bits = 0;
    }

    boolean nextRun() {
        return encoding == PageSetEncoding.WORDS ? nextRunInWords() : nextStoredRun();
    }

    long runFirstPage() {
        return runFirstPage;
    }

    long runPages() {
        return runPages;
    }

    /** Adds all that is left of the set. */
    void addTo(PageBitmap set) {
        while (nextRun()) {
            long ignored = set.add(runFirstPage, runPages);
        }
    }

    private boolean nextStoredRun() {
        if (position == end) {
            return false;
        }
        int at = position;
        long head = varint();
        long first = runFirstPage + runPages + (head >>> 1);
        long count = (head & 1) == 0 ? 1 : varint() + 2;
        if (first + count > pages) {
            throw damaged(
                    at, "pages [%d, %d) are outside of the %d pages of RAM".formatted(first, first + count, pages));
        }
        runFirstPage = first;
        runPages = count;
        return true;
    }

    private boolean nextRunInWords() {
        while (bits == 0) {
            if (!nextStoredWord()) {
                return false;
            }
        }
        int shift = Long.numberOfTrailingZeros(bits);
        int count = Long.numberOfTrailingZeros(~(bits >>> shift));
        runFirstPage = ((nextWord - 1) << 6) + shift;
        runPages = count;
        bits = shift + count == Long.SIZE ? 0 : bits & -1L << (shift + count);
        return true;
    }

    private boolean nextStoredWord() {
        if (stretchWords == 0) {
            if (position == end) {
                return false;
            }
            long head = varint();
            nextWord += head >>> 1;
            stretchWords = (head & 1) == 0 ? 1 : varint() + 2;
        }
        if (end - position < Long.BYTES) {
            throw damaged(position, "the set ends within a word");
        }
        bits = (long) WORD.get(payload, position);
        checkBits();
        position += Long.BYTES;
        stretchWords--;
        nextWord++;
        return true;
    }

    private void checkBits() {
        long endPage = (nextWord << 6) + Long.SIZE - Long.numberOfLeadingZeros(bits);
        if (endPage > pages) {
            throw damaged(position, "page %d is outside of the %d pages of RAM".formatted(endPage - 1, pages));
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift <= VARINT_BITS_MAX - 7; shift += 7) {
            if (position == end) {
                throw damaged(position, "the set ends within a number");
            }
            byte next = payload[position++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged(position, "a number of the set has more than %d bits".formatted(VARINT_BITS_MAX));
    }

    private UncheckedIOException damaged(int at, String what) {
        return new UncheckedIOException(new TraceException(file, payloadOffset + at, what));
    }
}
