package org.ramtracker.counters;

import static org.ramtracker.counters.CountersFileDescriptor.CAPACITY_OFFSET;
import static org.ramtracker.counters.CountersFileDescriptor.HEADER_BYTES;
import static org.ramtracker.counters.CountersFileDescriptor.MAGIC;
import static org.ramtracker.counters.CountersFileDescriptor.MAGIC_OFFSET;
import static org.ramtracker.counters.CountersFileDescriptor.WRITER_PID_OFFSET;
import static org.ramtracker.counters.CountersFileDescriptor.WRITER_START_OFFSET;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * The watching side of a {@link CountersFile}, usually in another process. The file is read and never mapped: whoever owns it may
 * truncate it at any moment, and a load from a mapping that has lost its file ends the process that makes it, or at best throws
 * an error from somewhere else. A read comes back short instead.
 *
 * <p>Threads: one.
 *
 * <p>Guarantees: whatever the file holds, the outcome is figures or an {@link IOException}. The file is read until two readings
 * agree, so that the values belong together; if the writer does not rest for four readings, those of the last one may be from
 * neighbouring moments.
 */
public final class CountersWatcher implements AutoCloseable {
    private static final int TRIES_FOR_A_STILL_MOMENT = 4;

    private final Path path;
    private final FileChannel file;
    private final WriterProcess writer;
    private final ByteBuffer metadata;
    private ByteBuffer values;
    private ByteBuffer valuesBefore;

    private CountersWatcher(Path path, FileChannel file, ByteBuffer header, int capacity) {
        this.path = path;
        this.file = file;
        this.writer = new WriterProcess(header.getLong(WRITER_PID_OFFSET), header.getLong(WRITER_START_OFFSET));
        this.metadata = nativeBuffer(CountersFileDescriptor.metadataBytes(capacity));
        this.values = nativeBuffer(CountersFileDescriptor.valuesBytes(capacity));
        this.valuesBefore = nativeBuffer(CountersFileDescriptor.valuesBytes(capacity));
    }

    private static ByteBuffer nativeBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Opens a file that a process made with {@link CountersFile#create}.
     *
     * @param path the file
     * @return a watcher, which keeps the file open until it is closed
     * @throws IOException if it cannot be read, or is no counters file; one line that names it
     */
    public static CountersWatcher open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) { // opening a pipe would wait for somebody to write to it
            throw new IOException(path + ": not a regular file, so no counters file");
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return open(path, file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static CountersWatcher open(Path path, FileChannel file) throws IOException {
        long lengthBytes = file.size();
        if (lengthBytes < HEADER_BYTES) {
            throw new IOException(path + ": " + lengthBytes + " bytes are no counters file");
        }
        ByteBuffer header = nativeBuffer(HEADER_BYTES);
        readFully(path, file, header, 0);
        return new CountersWatcher(path, file, header, checkedCapacity(path, header, lengthBytes));
    }

    private static int checkedCapacity(Path path, ByteBuffer header, long lengthBytes) throws IOException {
        long magic = header.getLong(MAGIC_OFFSET);
        int capacity = header.getInt(CAPACITY_OFFSET);
        if (magic != MAGIC) {
            throw new IOException("%s: offset 0: 0x%016x is not the magic of a counters file".formatted(path, magic));
        }
        if (!CountersFileDescriptor.isCapacity(capacity)
                || lengthBytes != CountersFileDescriptor.lengthBytes(capacity)) {
            throw new IOException(
                    "%s: offset 8: a file of %d counters would not have %d bytes; it is damaged or truncated"
                            .formatted(path, capacity, lengthBytes));
        }
        return capacity;
    }

    private static void readFully(Path path, FileChannel file, ByteBuffer to, long offsetBytes) throws IOException {
        to.clear();
        while (to.hasRemaining()) {
            long at = offsetBytes + to.position();
            if (file.read(to, at) < 0) {
                throw new IOException(
                        "%s: ends at offset %d, in the middle of its counters; it was truncated".formatted(path, at));
            }
        }
        to.flip();
    }

    /**
     * Who writes the file.
     *
     * @return the process, which may have ended
     */
    public WriterProcess writer() {
        return writer;
    }

    /**
     * The counters now.
     *
     * @return a reader over a copy, good until the next call
     * @throws IOException if the file was truncated meanwhile, or cannot be read
     */
    public CountersReader read() throws IOException {
        readFully(path, file, metadata, HEADER_BYTES);
        readValues();
        for (int tries = 1; tries < TRIES_FOR_A_STILL_MOMENT && !values.equals(valuesBefore); tries++) {
            readValues();
        }
        return new CountersReader(new UnsafeBuffer(metadata), new UnsafeBuffer(values), StandardCharsets.UTF_8);
    }

    private void readValues() throws IOException {
        ByteBuffer next = valuesBefore;
        readFully(path, file, next, HEADER_BYTES + (long) metadata.capacity());
        valuesBefore = values;
        values = next;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
