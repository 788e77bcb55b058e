package org.ramtracker.counters;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * A memory-mapped file of counters: one process writes them, any number of others watch.
 *
 * <pre>
 *   0        8          12         64                64 + capacity x 512
 *   +--------+----------+----------+-----------------+------------------+
 *   | magic  | capacity | zero     | metadata        | values           |
 *   +--------+----------+----------+-----------------+------------------+
 *     64 bit   32 bit                512 bytes each    128 bytes each      in the byte order of the machine
 * </pre>
 *
 * <p>The magic is stored last, with a release store, and read first, with an acquire load: a reader never sees a file that is
 * not yet laid out.
 *
 * <p>Threads: as {@link CountersManager} and {@link CountersReader} say. Nothing may use them after {@link #close}.
 */
public final class CountersFile implements AutoCloseable {
    private static final long MAGIC = 0x31_54_43_4b_52_54_4d_52L; // "RMTRKCT1" in little endian
    private static final int MAGIC_OFFSET = 0;
    private static final int CAPACITY_OFFSET = 8;
    private static final int HEADER_BYTES = 64;
    private static final int BYTES_PER_COUNTER = CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH;

    /** Most counters that one file can hold. */
    public static final int CAPACITY_MAX = 1 << 20;

    private final MappedByteBuffer mapping;
    private final AtomicBuffer metadata;
    private final AtomicBuffer values;

    private CountersFile(MappedByteBuffer mapping, int capacity) {
        this.mapping = mapping;
        int metadataBytes = capacity * CountersReader.METADATA_LENGTH;
        metadata = new UnsafeBuffer(mapping, HEADER_BYTES, metadataBytes);
        values = new UnsafeBuffer(mapping, HEADER_BYTES + metadataBytes, capacity * CountersReader.COUNTER_LENGTH);
    }

    /**
     * Makes a new file.
     *
     * @param path where; nothing may be there
     * @param capacity how many counters fit, 1 to {@link #CAPACITY_MAX}
     * @return the file, without counters
     * @throws IOException if there is something already, or it cannot be made
     */
    public static CountersFile create(Path path, int capacity) throws IOException {
        if (capacity < 1 || capacity > CAPACITY_MAX) {
            throw new IllegalArgumentException("capacity " + capacity + " is outside 1 to " + CAPACITY_MAX);
        }
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(path + ": already there; remove it or name another counters file");
        }
        MappedByteBuffer mapping = IoUtil.mapNewFile(path.toFile(), lengthBytes(capacity));
        mapping.order(ByteOrder.nativeOrder());
        UnsafeBuffer header = new UnsafeBuffer(mapping, 0, HEADER_BYTES);
        header.putInt(CAPACITY_OFFSET, capacity);
        header.putLongRelease(MAGIC_OFFSET, MAGIC);
        return new CountersFile(mapping, capacity);
    }

    /**
     * Opens a file that a process made with {@link #create}, to watch it.
     *
     * @param path the file
     * @return the file; its {@link #reader} follows what the other process counts
     * @throws IOException if it cannot be read, or is no counters file
     */
    public static CountersFile open(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long lengthBytes = file.size();
            if (lengthBytes < HEADER_BYTES || lengthBytes > lengthBytes(CAPACITY_MAX)) {
                throw new IOException(path + ": " + lengthBytes + " bytes are no counters file");
            }
            MappedByteBuffer mapping = file.map(FileChannel.MapMode.READ_ONLY, 0, lengthBytes);
            mapping.order(ByteOrder.nativeOrder());
            return new CountersFile(mapping, checkedCapacity(path, mapping, lengthBytes));
        }
    }

    private static int checkedCapacity(Path path, MappedByteBuffer mapping, long lengthBytes) throws IOException {
        UnsafeBuffer header = new UnsafeBuffer(mapping, 0, HEADER_BYTES);
        long magic = header.getLongAcquire(MAGIC_OFFSET);
        int capacity = header.getInt(CAPACITY_OFFSET);
        if (magic != MAGIC) {
            throw new IOException("%s: offset 0: 0x%016x is not the magic of a counters file".formatted(path, magic));
        }
        if (capacity < 1 || capacity > CAPACITY_MAX || lengthBytes != lengthBytes(capacity)) {
            throw new IOException("%s: offset 8: a file of %d counters would not have %d bytes"
                    .formatted(path, capacity, lengthBytes));
        }
        return capacity;
    }

    private static long lengthBytes(int capacity) {
        return HEADER_BYTES + (long) capacity * BYTES_PER_COUNTER;
    }

    /**
     * The writing side. Only for a file that this process created, and only one for each file.
     *
     * @return a manager over the whole file
     */
    public CountersManager manager() {
        if (mapping.isReadOnly()) {
            throw new IllegalStateException("this counters file was opened to watch it");
        }
        return new CountersManager(metadata, values, StandardCharsets.UTF_8);
    }

    /**
     * The reading side.
     *
     * @return a reader over the whole file
     */
    public CountersReader reader() {
        return new CountersReader(metadata, values, StandardCharsets.UTF_8);
    }

    /** Unmaps the file, which stays. */
    @Override
    public void close() {
        IoUtil.unmap(mapping);
    }
}
