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
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;

/**
 * A memory-mapped file of counters: one process writes them, any number of others watch with {@link CountersWatcher}. The file
 * says which process writes it, so that a watcher can tell figures that stand still from figures that nobody writes any more.
 *
 * <p>The magic is stored last, with a release store: a watcher never takes a file that is not yet laid out for one that is.
 *
 * <p>Threads: as {@link CountersManager} says. Nothing may use it after {@link #close}.
 */
public final class CountersFile implements AutoCloseable {
    /** Most counters that one file can hold. */
    public static final int CAPACITY_MAX = CountersFileDescriptor.CAPACITY_MAX;

    private static final Set<StandardOpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final MappedByteBuffer mapping;
    private final CountersManager manager;

    private CountersFile(MappedByteBuffer mapping, int capacity) {
        this.mapping = mapping;
        int metadataBytes = CountersFileDescriptor.metadataBytes(capacity);
        manager = new CountersManager(
                new UnsafeBuffer(mapping, HEADER_BYTES, metadataBytes),
                new UnsafeBuffer(mapping, HEADER_BYTES + metadataBytes, CountersFileDescriptor.valuesBytes(capacity)),
                StandardCharsets.UTF_8);
    }

    /**
     * Makes a new file, which only its owner can read and write.
     *
     * @param path where; nothing may be there
     * @param capacity how many counters fit, 1 to {@link #CAPACITY_MAX}
     * @return the file, without counters
     * @throws IOException if there is something already, or it cannot be made
     */
    public static CountersFile create(Path path, int capacity) throws IOException {
        if (!CountersFileDescriptor.isCapacity(capacity)) {
            throw new IllegalArgumentException("capacity " + capacity + " is outside 1 to " + CAPACITY_MAX);
        }
        if (Files.exists(path)) {
            throw new IOException(path + ": already there; remove it or name another counters file");
        }
        WriterProcess writer = WriterProcess.current();
        MappedByteBuffer mapping = mapNew(path, CountersFileDescriptor.lengthBytes(capacity));
        mapping.order(ByteOrder.nativeOrder());
        UnsafeBuffer header = new UnsafeBuffer(mapping, 0, HEADER_BYTES);
        header.putInt(CAPACITY_OFFSET, capacity);
        header.putLong(WRITER_PID_OFFSET, writer.pid());
        header.putLong(WRITER_START_OFFSET, writer.startTicks());
        header.putLongRelease(MAGIC_OFFSET, MAGIC);
        return new CountersFile(mapping, capacity);
    }

    /** Written before it is mapped: a full disk is an exception here, and later would be a signal. */
    private static MappedByteBuffer mapNew(Path path, long lengthBytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, NEW_FILE, OWNER_ONLY)) {
            ByteBuffer zeros = ByteBuffer.allocate(Math.toIntExact(lengthBytes));
            while (zeros.hasRemaining()) {
                file.write(zeros);
            }
            return file.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes);
        }
    }

    /**
     * The writing side.
     *
     * @return the manager of the whole file
     */
    public CountersManager manager() {
        return manager;
    }

    /** Unmaps the file, which stays. */
    @Override
    public void close() {
        IoUtil.unmap(mapping);
    }
}
