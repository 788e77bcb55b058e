package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.Jvm;

/**
 * The growing file behind a trace. It is longer than what was written, so it stores its own length; that is published after
 * the bytes that it covers.
 *
 * <p>Threads: one writer at a time. Readers, also in other processes, load the committed length with acquire, and then see
 * all bytes before it.
 *
 * <p>Guarantees: a process that is killed at any moment leaves a file whose committed part is whole. Space is allocated before
 * it is stored into, so that a full disk is an exception here and not a fault of the mapping.
 */
final class TraceFile implements AutoCloseable {
    private static final long CHUNK_BYTES = 16L << 20;
    private static final long OVERLAP_BYTES = 64L << 10;
    private static final int RESERVE_BYTES = 1 << 20;
    private static final VarHandle COMMITTED = JAVA_LONG.varHandle();

    static {
        // It would report each time that mapping another chunk took a few milliseconds.
        Jvm.disablePerfHandler();
    }

    private final Arena arena = Arena.ofShared();
    private final FileChannel channel;
    private final MemorySegment header;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(RESERVE_BYTES);
    private final MappedBytes journal;
    private long committedBytes;
    private long reservedBytes;
    private boolean closed;

    private TraceFile(Path file, FileChannel channel, ByteBuffer headerBytes) throws IOException {
        this.channel = channel;
        try {
            writeAll(headerBytes, 0);
            this.committedBytes = headerBytes.position();
            this.reservedBytes = committedBytes;
            this.header = channel.map(FileChannel.MapMode.READ_WRITE, 0, TraceHeaderDescriptor.FIXED_OFFSET, arena);
            this.journal = MappedBytes.mappedBytes(file.toFile(), CHUNK_BYTES, OVERLAP_BYTES);
            // The recorder's thread need not be the one that set it up.
            journal.singleThreadedCheckDisabled(true);
            // The kernel writes it back in time; nothing waits for the disk, and a dead process loses nothing.
            journal.mappedFile().syncMode(SyncMode.NONE);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
        publish();
    }

    /**
     * Makes a new file.
     *
     * @param headerBytes the header, with a committed length of 0
     * @throws FileAlreadyExistsException if there is something; it is not touched
     */
    static TraceFile create(Path file, ByteBuffer headerBytes) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            FileAlreadyExistsException clear =
                    new FileAlreadyExistsException(file + ": already there; remove it or name another trace");
            clear.initCause(e);
            throw clear;
        }
        try {
            return new TraceFile(file, channel, headerBytes);
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** Appends bytes and publishes them. If it fails, the file ends where it ended before. */
    void append(BytesStore<?, ?> bytes, long lengthBytes) throws IOException {
        reserve(committedBytes + lengthBytes);
        journal.write(committedBytes, bytes, 0L, lengthBytes);
        committedBytes += lengthBytes;
        publish();
    }

    private void publish() {
        COMMITTED.setRelease(header, (long) TraceHeaderDescriptor.COMMITTED_OFFSET, committedBytes);
    }

    private void reserve(long endBytes) throws IOException {
        while (reservedBytes < endBytes) {
            writeAll(zeros.clear(), reservedBytes);
            reservedBytes += RESERVE_BYTES;
        }
    }

    private void writeAll(ByteBuffer bytes, long offsetBytes) throws IOException {
        long position = offsetBytes;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    long committedBytes() {
        return committedBytes;
    }

    /** Cuts off what the file grew in advance, and says in its header that nothing more will come. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        journal.releaseLast();
        try (channel) {
            channel.truncate(committedBytes);
            header.set(JAVA_INT, TraceHeaderDescriptor.ENDED_OFFSET, 1);
        } finally {
            arena.close();
        }
    }
}
