package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.scan.DirtyScanner;

/**
 * Stores a set of pages as words and as runs, and keeps what is shorter: see {@link PageSetEncoding}.
 *
 * <p>Threads: single-threaded. Nothing allocates after construction.
 */
final class PageSetEncoder {
    /** A number of up to 56 bits. */
    private static final int VARINT_BYTES_MAX = 8;

    private static final int RUN_BYTES_MAX = 2 * VARINT_BYTES_MAX;

    private final PageBitmap pages;
    private final DirtyScanner scanner;
    private final MemorySegment words;
    private final MemorySegment runs;

    private MemorySegment out = MemorySegment.NULL;
    private long position;
    private int encoding;

    /**
     * An encoder of one set, whatever is in it each time.
     *
     * @param pages the set
     * @param arena owner of the space for the shorter of two encodings
     */
    PageSetEncoder(PageBitmap pages, Arena arena) {
        this.pages = pages;
        this.scanner = new DirtyScanner(pages);
        this.words = pages.words();
        this.runs = arena.allocate(payloadBytesMax(pages.pages()), Long.BYTES);
    }

    /** No set over so many pages takes more: every word is there, and each but its neighbours has numbers of its own. */
    static long payloadBytesMax(long pages) {
        long words = (pages + Long.SIZE - 1) / Long.SIZE;
        return words * (Long.BYTES + 1) + 2 * RUN_BYTES_MAX;
    }

    /**
     * Writes the set.
     *
     * @return bytes of payload; {@link #encoding} says what they are
     */
    int encode(MemorySegment target, long offsetBytes) {
        if (pages.count() == 0) {
            encoding = PageSetEncoding.EMPTY;
            return 0;
        }
        long wordsBytes = encodeWords(target, offsetBytes);
        long runsBytes = encodeRuns(wordsBytes);
        boolean runsAreShorter = runsBytes < wordsBytes;
        if (runsAreShorter) {
            MemorySegment.copy(runs, 0, target, offsetBytes, runsBytes);
        }
        encoding = runsAreShorter ? PageSetEncoding.RUNS : PageSetEncoding.WORDS;
        return Math.toIntExact(Math.min(runsBytes, wordsBytes));
    }

    int encoding() {
        return encoding;
    }

    private long encodeWords(MemorySegment target, long offsetBytes) {
        begin(target, offsetBytes);
        long wordCount = words.byteSize() / Long.BYTES;
        long behindStretch = 0;
        long word = wordFrom(0, wordCount, false);
        while (word < wordCount) {
            long endWord = wordFrom(word, wordCount, true);
            putGapAndLength(word - behindStretch, endWord - word);
            MemorySegment.copy(words, JAVA_LONG, word * Long.BYTES, out, JAVA_LONG_UNALIGNED, position, endWord - word);
            position += (endWord - word) * Long.BYTES;
            behindStretch = endWord;
            word = wordFrom(endWord, wordCount, false);
        }
        return position - offsetBytes;
    }

    /** The first word from here on that is zero, or that is not; {@code wordCount} if there is none. */
    private long wordFrom(long from, long wordCount, boolean zero) {
        long word = from;
        while (word < wordCount && (words.getAtIndex(JAVA_LONG, word) == 0) != zero) {
            word++;
        }
        return word;
    }

    /** Gives up when there is nothing to gain any more, and answers at least that limit then. */
    private long encodeRuns(long limitBytes) {
        begin(runs, 0);
        long behindRun = 0;
        while (position < limitBytes && scanner.next(behindRun, pages.pages())) {
            putGapAndLength(scanner.runFirstPage() - behindRun, scanner.runPages());
            behindRun = scanner.runFirstPage() + scanner.runPages();
        }
        return position;
    }

    private void begin(MemorySegment target, long offsetBytes) {
        out = target;
        position = offsetBytes;
    }

    private void putGapAndLength(long gap, long length) {
        putVarint(gap << 1 | (length > 1 ? 1 : 0));
        if (length > 1) {
            putVarint(length - 2);
        }
    }

    private void putVarint(long value) {
        long left = value;
        while (left > 0x7f) {
            out.set(JAVA_BYTE, position++, (byte) (left | 0x80));
            left >>>= 7;
        }
        out.set(JAVA_BYTE, position++, (byte) left);
    }
}
