package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import org.ramtracker.dirty.PageBitmap;

/**
 * Writes a trace, entry by entry: first {@link #begin}, then one {@link #append} an epoch. The set of pages to store is the
 * writer's own, {@link #pages()}; each entry takes all that is in it and leaves it empty.
 *
 * <p>Threads: one at a time. {@link DirtyTrace} may read the file meanwhile, in this process or another.
 *
 * <p>Guarantees: what was appended is readable from then on, also if this process is killed; see {@link TraceFile}. Appending
 * allocates nothing, except when another 16 MiB of the file are mapped.
 */
public final class DirtyTraceWriter implements AutoCloseable {
    private final TraceFile file;
    private final Arena arena = Arena.ofShared();
    private final PageBitmap pages;
    private final PageSetEncoder encoder;
    private final MemorySegment entry;
    private final ByteBuffer entryBytes;
    private final PointerBytesStore entryStore;
    private final CRC32C crc = new CRC32C();
    private boolean begun;
    private boolean closed;
    private long epochs;
    private long endNanos;

    private DirtyTraceWriter(TraceFile file, TraceLayout layout) {
        this.file = file;
        this.pages = new PageBitmap(layout.pages());
        this.encoder = new PageSetEncoder(pages, arena);
        long entryBytesMax = TraceEntryDescriptor.PAYLOAD_OFFSET
                + PageSetEncoder.payloadBytesMax(layout.pages())
                + TraceEntryDescriptor.COMPRESSION_PAYLOAD_BYTES;
        this.entry = arena.allocate(entryBytesMax, Long.BYTES);
        this.entryBytes = entry.asByteBuffer();
        this.entryStore = BytesStore.nativePointer();
        entryStore.set(entry.address(), entryBytesMax);
    }

    /**
     * Creates the file.
     *
     * @param file where; nothing may be there
     * @param layout what the pages are pages of
     * @param epochNanos how long epochs are meant to be, more than 0
     * @param createdAtEpochMillis the time of day, in milliseconds since 1970-01-01 UTC
     * @return the writer
     * @throws java.nio.file.FileAlreadyExistsException if there is something; it is left as it is
     * @throws IOException if the file cannot be made
     */
    public static DirtyTraceWriter create(Path file, TraceLayout layout, long epochNanos, long createdAtEpochMillis)
            throws IOException {
        if (epochNanos <= 0) {
            throw new IllegalArgumentException("epochs of " + epochNanos + " ns");
        }
        TraceHeader header = new TraceHeader(layout, epochNanos, createdAtEpochMillis, TraceHeader.bytesFor(layout));
        return new DirtyTraceWriter(TraceFile.create(file, header.encode()), layout);
    }

    /**
     * The set that the next entry stores.
     *
     * @return a set over the page space of the layout
     */
    public PageBitmap pages() {
        return pages;
    }

    /**
     * Writes what the pages hold before the first epoch.
     *
     * @param zeroPages the pages that are all zero
     * @param duplicatePages the pages of one other byte, repeated; none of the others
     * @param compression how well the rest compresses
     * @throws IllegalStateException if that was done already
     * @throws IOException if the file cannot grow
     */
    public void begin(PageBitmap zeroPages, PageBitmap duplicatePages, CompressionSample compression)
            throws IOException {
        if (begun) {
            throw new IllegalStateException("the trace has been begun");
        }
        begun = true;
        appendSet(TraceEntryDescriptor.ZERO_PAGES, zeroPages);
        appendSet(TraceEntryDescriptor.DUPLICATE_PAGES, duplicatePages);
        appendCompression(compression);
    }

    private void appendSet(int type, PageBitmap set) throws IOException {
        pages.clear();
        pages.addAll(set);
        int payloadBytes = encoder.encode(entry, TraceEntryDescriptor.PAYLOAD_OFFSET);
        putTimes(0, 0, 0);
        appendEntry(type, encoder.encoding(), payloadBytes);
    }

    private void appendCompression(CompressionSample sample) throws IOException {
        long offset = TraceEntryDescriptor.PAYLOAD_OFFSET;
        entry.set(JAVA_LONG, offset, sample.sampledPages());
        entry.set(JAVA_LONG, offset + Long.BYTES, sample.sampledBytes());
        entry.set(JAVA_LONG, offset + 2 * Long.BYTES, sample.compressedBytes());
        putTimes(0, 0, 0);
        appendEntry(
                TraceEntryDescriptor.COMPRESSION,
                PageSetEncoding.EMPTY,
                TraceEntryDescriptor.COMPRESSION_PAYLOAD_BYTES);
    }

    /**
     * Writes an epoch: {@link #pages()} were written since the end of the one before.
     *
     * @param lengthNanos how long it was, more than 0
     * @param syncNanos how long it took to find the pages, at least 0
     * @throws IllegalStateException if {@link #begin} has not been called
     * @throws IOException if the file cannot grow; the set then is as it was, and the trace ends with the epoch before
     */
    public void append(long lengthNanos, long syncNanos) throws IOException {
        if (!begun) {
            throw new IllegalStateException("the trace has not been begun");
        }
        if (lengthNanos <= 0 || syncNanos < 0) {
            throw new IllegalArgumentException("an epoch of %d ns, synced in %d ns".formatted(lengthNanos, syncNanos));
        }
        int payloadBytes = encoder.encode(entry, TraceEntryDescriptor.PAYLOAD_OFFSET);
        putTimes(endNanos, lengthNanos, syncNanos);
        appendEntry(TraceEntryDescriptor.EPOCH, encoder.encoding(), payloadBytes);
        endNanos += lengthNanos;
        epochs++;
    }

    private void putTimes(long startNanos, long lengthNanos, long syncNanos) {
        entry.set(JAVA_LONG, TraceEntryDescriptor.START_NANOS_OFFSET, startNanos);
        entry.set(JAVA_LONG, TraceEntryDescriptor.LENGTH_NANOS_OFFSET, lengthNanos);
        entry.set(JAVA_LONG, TraceEntryDescriptor.SYNC_NANOS_OFFSET, syncNanos);
    }

    private void appendEntry(int type, int encoding, int payloadBytes) throws IOException {
        int length = TraceEntryDescriptor.entryBytes(payloadBytes);
        for (int i = TraceEntryDescriptor.PAYLOAD_OFFSET + payloadBytes; i < length; i++) {
            entry.set(JAVA_BYTE, i, (byte) 0);
        }
        entry.set(JAVA_INT, TraceEntryDescriptor.LENGTH_OFFSET, length);
        entry.set(JAVA_INT, TraceEntryDescriptor.TYPE_OFFSET, 0);
        entry.set(JAVA_BYTE, TraceEntryDescriptor.TYPE_OFFSET, (byte) type);
        entry.set(JAVA_BYTE, TraceEntryDescriptor.ENCODING_OFFSET, (byte) encoding);
        entry.set(JAVA_INT, TraceEntryDescriptor.PAYLOAD_BYTES_OFFSET, payloadBytes);
        entry.set(JAVA_LONG, TraceEntryDescriptor.PAGES_OFFSET, pages.count());
        crc.reset();
        crc.update(entryBytes.limit(length).position(TraceEntryDescriptor.LENGTH_OFFSET));
        entry.set(JAVA_INT, TraceEntryDescriptor.CRC_OFFSET, (int) crc.getValue());
        file.append(entryStore, length);
        pages.clear();
    }

    /**
     * How many epochs were written.
     *
     * @return the count
     */
    public long epochs() {
        return epochs;
    }

    /**
     * Length of all epochs.
     *
     * @return nanoseconds
     */
    public long durationNanos() {
        return endNanos;
    }

    /**
     * Length of the trace.
     *
     * @return bytes up to the end of the last whole entry
     */
    public long lengthBytes() {
        return file.committedBytes();
    }

    /**
     * Ends the trace: cuts the file to its length and marks it as ended. Closing twice does nothing.
     *
     * @throws IOException if the file cannot be cut; all entries are readable nevertheless
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.close();
        } finally {
            entryStore.releaseLast();
            pages.close();
            arena.close();
        }
    }
}
