package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.ramtracker.dirty.PageBitmap;

/**
 * A recorded trace, read: which pages a guest wrote in each epoch. The file is mapped, not loaded. All entries were checked
 * when it was opened: checksums, order, lengths.
 *
 * <p>Threads: immutable but for {@link #refresh} and {@link #close}, which must not run while others read. Any number of
 * {@link EpochCursor}s may be used at once, each by one thread.
 */
public final class DirtyTrace implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final TraceHeader header;
    private final EpochIndex index;
    private Mapping mapping;

    private record Mapping(Arena arena, MemorySegment bytes, boolean ended, long uncommittedBytes) {}

    private DirtyTrace(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        TraceHeader.Prefix prefix = TraceHeader.prefix(file, channel);
        Arena arena = Arena.ofShared();
        try {
            mapping = map(arena, prefix);
            header = TraceHeader.read(file, mapping.bytes());
            index = new EpochIndex(file, header.headerBytes(), layout().pages());
            index.extend(mapping.bytes());
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Opens a trace with at least one epoch; it may still be growing.
     *
     * @param file where it is
     * @return the trace up to its last whole entry
     * @throws TraceException if it is no trace, cut short, damaged, out of order, or without an epoch
     * @throws IOException if it cannot be read
     */
    public static DirtyTrace open(Path file) throws IOException {
        if (Files.isDirectory(file)) { // which can be opened, and refuses to be read without a name
            throw new IOException(file + ": is a directory, so it is no dirty trace; name a file in it");
        }
        if (Files.exists(file)
                && !Files.isRegularFile(file)) { // a pipe, which would be waited for, and cannot be mapped
            throw new IOException(
                    file + ": is no regular file, and only one can be mapped; write the trace into one first");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            DirtyTrace trace = new DirtyTrace(file, channel);
            trace.requireEpochs();
            return trace;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private void requireEpochs() throws TraceException {
        if (epochs() == 0) {
            long endBytes = mapping.bytes().byteSize();
            mapping.arena().close();
            throw new TraceException(file, endBytes, "the trace is empty: it ends before the first epoch");
        }
    }

    private Mapping map(Arena arena, TraceHeader.Prefix prefix) throws IOException {
        long committed = prefix.committedBytes();
        MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, committed, arena);
        long uncommitted = prefix.ended() ? 0 : UncommittedTail.lengthBytes(channel, committed);
        return new Mapping(arena, bytes, prefix.ended(), uncommitted);
    }

    /**
     * Takes in what a recorder that is still running has added since. Cursors stay where they are.
     *
     * @return how many epochs came
     * @throws TraceException if what came is damaged; the epochs before it were taken in
     * @throws IOException if it cannot be read
     */
    public long refresh() throws IOException {
        TraceHeader.Prefix prefix = TraceHeader.prefix(file, channel);
        if (prefix.committedBytes() < mapping.bytes().byteSize()) {
            throw new TraceException(
                    file,
                    prefix.committedBytes(),
                    "the trace ends here, but had %d bytes before; it was replaced by another one"
                            .formatted(mapping.bytes().byteSize()));
        }
        long before = epochs();
        Arena arena = Arena.ofShared();
        try {
            Mapping grown = map(arena, prefix);
            mapping.arena().close();
            mapping = grown;
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        index.extend(mapping.bytes());
        return epochs() - before;
    }

    /**
     * Where the trace is.
     *
     * @return the file as it was named
     */
    public Path file() {
        return file;
    }

    /**
     * The shape of the guest's memory.
     *
     * @return page size and blocks
     */
    public TraceLayout layout() {
        return header.layout();
    }

    /**
     * Checks that a machine has the memory that was recorded.
     *
     * @param other the layout of its memory
     * @throws TraceException if it differs in page size, or in names, addresses, lengths or order of blocks
     */
    public void requireLayout(TraceLayout other) throws TraceException {
        if (!layout().equals(other)) {
            throw new TraceException(
                    file,
                    TraceHeaderDescriptor.PAGE_BYTES_OFFSET,
                    "a trace of %s, which does not match a machine of %s"
                            .formatted(layout().description(), other.description()));
        }
    }

    /**
     * How long epochs were meant to be. Each says how long it was.
     *
     * @return nanoseconds
     */
    public long epochNanos() {
        return header.epochNanos();
    }

    /**
     * When the trace was created, shortly before its first epoch.
     *
     * @return milliseconds since 1970-01-01 UTC
     */
    public long createdAtEpochMillis() {
        return header.createdAtEpochMillis();
    }

    /**
     * What the pages held at the start.
     *
     * @return the counts, and how well normal pages compress
     */
    public PageKinds kinds() {
        return index.kinds(mapping.bytes(), layout().ramPages());
    }

    /**
     * Adds the pages that were all zero at the start.
     *
     * @param set a set over the page space of the trace
     */
    public void addZeroPagesTo(PageBitmap set) {
        addSetTo(index.zeroPagesOffset(), set);
    }

    /**
     * Adds the pages that were one other byte repeated at the start.
     *
     * @param set a set over the page space of the trace
     */
    public void addDuplicatePagesTo(PageBitmap set) {
        addSetTo(index.duplicatePagesOffset(), set);
    }

    private void addSetTo(long offsetBytes, PageBitmap set) {
        PageSetDecoder decoder = decoder();
        read(offsetBytes, decoder);
        decoder.addTo(set);
    }

    /**
     * How many epochs there are.
     *
     * @return the count, at least 1
     */
    public long epochs() {
        return index.epochs();
    }

    /**
     * Length of the recording.
     *
     * @return nanoseconds from the first epoch's start to the last one's end
     */
    public long durationNanos() {
        return index.endNanos();
    }

    /**
     * The epoch of a moment.
     *
     * @param nanos time since the first epoch began
     * @return the epoch with {@code startNanos <= nanos < endNanos}
     * @throws IndexOutOfBoundsException if the moment is not in {@code [0, durationNanos)}
     */
    public long epochAt(long nanos) {
        return index.epochAt(mapping.bytes(), nanos);
    }

    /**
     * A new cursor before the first epoch.
     *
     * @return the cursor
     */
    public EpochCursor cursor() {
        return new EpochCursor(this);
    }

    /**
     * Whether the recorder ended the trace. If not, it is still recording, or was killed.
     *
     * @return true if nothing will come any more
     */
    public boolean ended() {
        return mapping.ended();
    }

    /**
     * Bytes behind the last whole entry that are no whole entry: what a recorder was writing when it was looked at, or
     * killed.
     *
     * @return bytes up to the last that is not zero, 0 if there are none
     */
    public long uncommittedBytes() {
        return mapping.uncommittedBytes();
    }

    /**
     * Length of the trace.
     *
     * @return bytes up to the end of the last whole entry
     */
    public long lengthBytes() {
        return mapping.bytes().byteSize();
    }

    /**
     * A checksum of all that the trace holds, up to the end of the last whole entry: tells traces apart, and one that has grown
     * from what it was.
     *
     * @return CRC-32C
     */
    public int checksum() {
        return TraceChecksum.of(mapping.bytes(), 0, mapping.bytes().byteSize());
    }

    /**
     * How long the sync took that ended an epoch, without a look at its pages.
     *
     * @param epochIndex which, counted from 0
     * @return nanoseconds
     * @throws IndexOutOfBoundsException if there is no such epoch
     */
    public long syncNanos(long epochIndex) {
        Objects.checkIndex(epochIndex, epochs());
        return longAt(offsetOf(epochIndex) + TraceEntryDescriptor.SYNC_NANOS_OFFSET);
    }

    PageSetDecoder decoder() {
        return new PageSetDecoder(file, layout().pages());
    }

    long offsetOf(long epochIndex) {
        return index.offsetOf(epochIndex);
    }

    long longAt(long offsetBytes) {
        return mapping.bytes().get(JAVA_LONG, offsetBytes);
    }

    void read(long offsetBytes, PageSetDecoder decoder) {
        MemorySegment bytes = mapping.bytes();
        decoder.reset(
                bytes,
                bytes.get(JAVA_BYTE, offsetBytes + TraceEntryDescriptor.ENCODING_OFFSET),
                offsetBytes + TraceEntryDescriptor.PAYLOAD_OFFSET,
                bytes.get(JAVA_INT, offsetBytes + TraceEntryDescriptor.PAYLOAD_BYTES_OFFSET));
    }

    /** Unmaps the file. Using the trace or a cursor afterwards throws {@link IllegalStateException}. */
    @Override
    public void close() throws IOException {
        if (mapping.arena().scope().isAlive()) {
            mapping.arena().close();
        }
        channel.close();
    }
}
