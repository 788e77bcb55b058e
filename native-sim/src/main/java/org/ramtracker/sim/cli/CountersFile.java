package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.MigrationCounters;

/**
 * A file through which other processes watch the counters of a migration while it runs. It stays behind at the end, with the
 * last values. All of it is in the machine's byte order:
 *
 * <pre>
 *        0  Agrona counter values, {@value #VALUES_BYTES} bytes
 *    16384  Agrona counter metadata (ids, types, labels), four times as much
 * </pre>
 */
final class CountersFile implements AutoCloseable {
    static final int VALUES_BYTES = 16 << 10;
    static final int METADATA_BYTES = VALUES_BYTES * (CountersReader.METADATA_LENGTH / CountersReader.COUNTER_LENGTH);

    private final @Nullable MappedByteBuffer mapping;
    private final Optional<MigrationCounters> counters;

    private CountersFile(@Nullable MappedByteBuffer mapping) {
        this.mapping = mapping;
        this.counters = Optional.ofNullable(mapping).map(CountersFile::countersIn);
    }

    /** The counters of a file, which is made anew; without a file, none. */
    static CountersFile openIfWanted(@Nullable Path file) throws IOException {
        return new CountersFile(file == null ? null : map(file));
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, VALUES_BYTES + METADATA_BYTES);
        }
    }

    private static MigrationCounters countersIn(MappedByteBuffer mapping) {
        UnsafeBuffer values = new UnsafeBuffer(mapping, 0, VALUES_BYTES);
        UnsafeBuffer metadata = new UnsafeBuffer(mapping, VALUES_BYTES, METADATA_BYTES);
        return new MigrationCounters(new CountersManager(metadata, values, StandardCharsets.UTF_8));
    }

    /** The counters to publish in. */
    Optional<MigrationCounters> migration() {
        return counters;
    }

    @Override
    public void close() {
        if (mapping != null) {
            mapping.force();
            IoUtil.unmap(mapping);
        }
    }
}
