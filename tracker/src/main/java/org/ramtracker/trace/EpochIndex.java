package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.ramtracker.trace.TraceEntryDescriptor.*;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** Where each entry of a trace is. Extending it checks the entries. */
final class EpochIndex {
    private static final int[] FIRST_TYPES = {ZERO_PAGES, DUPLICATE_PAGES, COMPRESSION};

    private final Path file;
    private final long payloadBytesMax;
    private final long[] firstOffsets = new long[FIRST_TYPES.length];
    private int firstEntries;
    private long[] offsets = new long[1024];
    private int epochs;
    private long nextOffset;
    private long endNanos;

    EpochIndex(Path file, long firstEntryOffset, long pages) {
        this.file = file;
        this.payloadBytesMax = PageSetEncoder.payloadBytesMax(pages);
        this.nextOffset = firstEntryOffset;
    }

    /** Takes in all entries that follow those it knows. After an exception those before the bad one are known. */
    void extend(MemorySegment bytes) throws TraceException {
        while (nextOffset < bytes.byteSize()) {
            int length = checkedLength(bytes);
            checkAndAdd(bytes);
            nextOffset += length;
        }
    }

    private int checkedLength(MemorySegment bytes) throws TraceException {
        long left = bytes.byteSize() - nextOffset;
        int length = left < PAYLOAD_OFFSET ? 0 : bytes.get(JAVA_INT, nextOffset + LENGTH_OFFSET);
        if (length < PAYLOAD_OFFSET || length > left || length % Long.BYTES != 0) {
            throw at(0, "an entry of %d bytes where %d are left; it is damaged; copy it again".formatted(length, left));
        }
        TraceChecksum.check(
                file, bytes, nextOffset + LENGTH_OFFSET, nextOffset + length, nextOffset + CRC_OFFSET, "the entry");
        int payload = bytes.get(JAVA_INT, nextOffset + PAYLOAD_BYTES_OFFSET);
        if (payload < 0 || payload > length - PAYLOAD_OFFSET) {
            throw at(
                    PAYLOAD_BYTES_OFFSET,
                    "a payload of %d bytes in an entry of %d; copy it again".formatted(payload, length));
        }
        if (payload > payloadBytesMax) {
            throw at(
                    PAYLOAD_BYTES_OFFSET,
                    "a payload of %d bytes, no set of this guest's pages takes more than %d; copy it again"
                            .formatted(payload, payloadBytesMax));
        }
        return length;
    }

    private void checkAndAdd(MemorySegment bytes) throws TraceException {
        int type = bytes.get(JAVA_BYTE, nextOffset + TYPE_OFFSET);
        int encoding = bytes.get(JAVA_BYTE, nextOffset + ENCODING_OFFSET);
        int wanted = firstEntries < FIRST_TYPES.length ? FIRST_TYPES[firstEntries] : EPOCH;
        if (type != wanted) {
            throw at(TYPE_OFFSET, "an entry of type %d where %d belongs".formatted(type, wanted));
        }
        if (encoding < 0 || encoding > PageSetEncoding.LAST) {
            throw at(
                    ENCODING_OFFSET,
                    "a set of encoding %d, known are 0 to %d".formatted(encoding, PageSetEncoding.LAST));
        }
        switch (type) {
            case EPOCH -> addEpoch(bytes);
            case COMPRESSION -> addCompression(bytes);
            default -> firstOffsets[firstEntries++] = nextOffset;
        }
    }

    private void addCompression(MemorySegment bytes) throws TraceException {
        int payload = bytes.get(JAVA_INT, nextOffset + PAYLOAD_BYTES_OFFSET);
        if (payload != COMPRESSION_PAYLOAD_BYTES) {
            throw at(
                    PAYLOAD_BYTES_OFFSET,
                    "%d bytes on compression, expected %d".formatted(payload, COMPRESSION_PAYLOAD_BYTES));
        }
        firstOffsets[firstEntries++] = nextOffset;
    }

    private void addEpoch(MemorySegment bytes) throws TraceException {
        long start = bytes.get(JAVA_LONG, nextOffset + START_NANOS_OFFSET);
        long length = bytes.get(JAVA_LONG, nextOffset + LENGTH_NANOS_OFFSET);
        if (start != endNanos || length <= 0 || start + length < 0) {
            throw at(
                    START_NANOS_OFFSET,
                    "epochs out of order: number %d starts at %d ns with a length of %d ns, the one before ended at %d ns"
                            .formatted(epochs, start, length, endNanos));
        }
        if (epochs == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * epochs);
        }
        offsets[epochs++] = nextOffset;
        endNanos = start + length;
    }

    int epochs() {
        return epochs;
    }

    long endNanos() {
        return endNanos;
    }

    long offsetOf(long epoch) {
        return offsets[(int) epoch];
    }

    long zeroPagesOffset() {
        return firstOffsets[0];
    }

    long duplicatePagesOffset() {
        return firstOffsets[1];
    }

    PageKinds kinds(MemorySegment bytes, long ramPages) {
        long zero = bytes.get(JAVA_LONG, firstOffsets[0] + PAGES_OFFSET);
        long duplicate = bytes.get(JAVA_LONG, firstOffsets[1] + PAGES_OFFSET);
        long sample = firstOffsets[2] + PAYLOAD_OFFSET;
        return new PageKinds(
                zero,
                duplicate,
                ramPages - zero - duplicate,
                new CompressionSample(
                        bytes.get(JAVA_LONG, sample),
                        bytes.get(JAVA_LONG, sample + Long.BYTES),
                        bytes.get(JAVA_LONG, sample + 2 * Long.BYTES)));
    }

    long epochAt(MemorySegment bytes, long nanos) {
        Objects.checkIndex(nanos, endNanos);
        int low = 0;
        int high = epochs;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (bytes.get(JAVA_LONG, offsets[middle] + START_NANOS_OFFSET) <= nanos) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private TraceException at(int fieldOffset, String what) {
        return new TraceException(file, nextOffset + fieldOffset, what);
    }
}
