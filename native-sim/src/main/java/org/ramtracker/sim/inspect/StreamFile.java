package org.ramtracker.sim.inspect;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A recording that can be read from any position. What is compressed or comes through a pipe is first copied to a temporary
 * file, which is unlinked as soon as it is open.
 */
public final class StreamFile implements AutoCloseable {
    /** Stands for the standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int GZIP_MAGIC_1 = 0x1F;
    private static final int GZIP_MAGIC_2 = 0x8B;
    private static final int BUFFER_BYTES = 64 << 10;

    private final String name;
    private final FileChannel channel;

    private StreamFile(String name, FileChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Opens a recording.
     *
     * @param name a file, plain or gzip, or {@link #STANDARD_INPUT}
     * @param standardInput read for {@link #STANDARD_INPUT}
     */
    public static StreamFile open(String name, InputStream standardInput) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return spool("standard input", standardInput);
        }
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            throw new IOException(name + ": is a directory, not a recording");
        }
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
            if (!Files.isRegularFile(path) || isGzip(raw)) {
                return spool(name, raw);
            }
            return new StreamFile(name, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new IOException(name + ": no such file", e);
        }
    }

    private static boolean isGzip(InputStream input) throws IOException {
        input.mark(2);
        boolean gzip = input.read() == GZIP_MAGIC_1 && input.read() == GZIP_MAGIC_2;
        input.reset();
        return gzip;
    }

    private static StreamFile spool(String name, InputStream raw) throws IOException {
        FileChannel spool = FileChannel.open(
                Files.createTempFile("ramtracker-inspect", ".spool"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        try {
            copy(name, new BufferedInputStream(raw, BUFFER_BYTES), spool);
            return new StreamFile(name, spool.position(0));
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static void copy(String name, InputStream raw, FileChannel spool) throws IOException {
        try {
            InputStream plain = isGzip(raw) ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
            plain.transferTo(Channels.newOutputStream(spool));
        } catch (EOFException e) {
            throw new IOException(name + ": truncated: the gzip data ends too early", e);
        } catch (ZipException e) {
            throw new IOException("%s: damaged gzip data (%s)".formatted(name, e.getMessage()), e);
        }
    }

    /** What errors and reports call it. */
    public String name() {
        return name;
    }

    /** The plain bytes. */
    public FileChannel channel() {
        return channel;
    }

    /** How many plain bytes there are. */
    public long lengthBytes() throws IOException {
        return channel.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
