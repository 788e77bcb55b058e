package org.ramtracker.sim.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;

/**
 * A file of rows that a sweep adds to, and that another run takes up where the last one was ended, however it was ended. Each
 * row is appended by one write, so a kill leaves whole rows, and at most one that is torn, at the end.
 *
 * <p>Rows of other cases stay in it. A file that holds anything but rows is refused and stays as it is. One that was made here and
 * came to hold nothing is taken away again.
 */
public final class SweepFile implements AutoCloseable {
    private final Path file;
    private final SweepFormat format;
    private final FileChannel channel;
    private final boolean made;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private long wholeBytes;

    private SweepFile(Path file, SweepFormat format, FileChannel channel, boolean made) {
        this.file = file;
        this.format = format;
        this.channel = channel;
        this.made = made;
    }

    /**
     * Opens a file, or makes it. Nothing in it is changed before the first row is {@linkplain #add added}.
     *
     * @param file where
     * @param format how rows are written
     * @return the file with the rows that were there
     * @throws IOException one line that says why it cannot be used
     */
    public static SweepFile open(Path file, SweepFormat format) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + ": no regular file, so no place for rows");
        }
        boolean made = !Files.exists(file);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            SweepFile opened = new SweepFile(file, format, channel, made);
            opened.lock();
            opened.read();
            return opened;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /** Held until the channel is closed. */
    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException(file + ": named twice", e);
        }
        if (lock == null) {
            throw new IOException(file + ": another sweep is writing to it");
        }
    }

    private void read() throws IOException {
        String text = Files.readString(
                file, StandardCharsets.ISO_8859_1); // a byte a character, so that lengths are those of the file
        int lineNumber = 0;
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            lineNumber++;
            take(utf8(text.substring(from, end)), lineNumber);
            from = end + 1;
        }
        String rest = text.substring(from);
        boolean isHeader = lineNumber == 0 && format.header().isPresent();
        boolean torn = isHeader ? format.header().orElseThrow().startsWith(rest) : format.beginsAsRow(rest);
        if (!rest.isEmpty() && !torn) {
            throw refusal(lineNumber + 1);
        }
        wholeBytes = from;
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void take(String line, int lineNumber) throws IOException {
        if (lineNumber == 1 && format.header().isPresent()) {
            if (!format.header().get().equals(line)) {
                throw refusal(lineNumber);
            }
            return;
        }
        lines.putIfAbsent(format.key(line).orElseThrow(() -> refusal(lineNumber)), line);
    }

    private IOException refusal(int lineNumber) {
        return new IOException("%s: line %d is no row of a sweep, so the file is left as it is; name another one"
                .formatted(file, lineNumber));
    }

    /**
     * The row of a case.
     *
     * @param key the case's key
     * @param cases the case of each key
     * @return the row; empty if there is none
     * @throws IOException one line that says which row is damaged
     */
    public Optional<SweepRow> row(String key, Map<String, SweepCase> cases) throws IOException {
        String line = lines.get(key);
        if (line == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(format.row(line, cases));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s: the row of case %s is damaged, so the file is left as it is; delete that line, or name another file"
                            .formatted(file, key),
                    e);
        }
    }

    /**
     * Appends a row, unless it is there.
     *
     * @param row the row
     * @throws IOException if it cannot be written
     */
    public void add(SweepRow row) throws IOException {
        String key = row.sweepCase().key();
        if (!lines.containsKey(key)) {
            String line = format.line(row);
            append((wholeBytes == 0 ? header() : "") + line + "\n");
            lines.put(key, line);
        }
    }

    private String header() {
        return format.header().map(line -> line + "\n").orElse("");
    }

    /** What is torn is cut off first. */
    private void append(String text) throws IOException {
        if (channel.size() > wholeBytes) {
            channel.truncate(wholeBytes);
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            wholeBytes += channel.write(bytes, wholeBytes);
        }
    }

    /**
     * Puts the rows in order, if they are not: those of this sweep, then those of others. The file is replaced at once.
     *
     * @param keys the cases of this sweep
     * @throws IOException if it cannot be written; the file stays as it was
     */
    public void order(List<String> keys) throws IOException {
        Set<String> wanted = new LinkedHashSet<>(keys);
        wanted.addAll(lines.keySet());
        if (List.copyOf(wanted).equals(List.copyOf(lines.keySet()))) {
            return;
        }
        List<String> ordered = new ArrayList<>();
        format.header().ifPresent(ordered::add);
        wanted.stream().filter(lines::containsKey).map(lines::get).forEach(ordered::add);
        Path written = file.resolveSibling(file.getFileName() + ".ordered");
        try {
            Files.write(written, ordered);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            boolean empty = channel.isOpen() && channel.size() == 0; // while the lock is held, nobody else writes to it
            if (made && empty) {
                Files.deleteIfExists(file);
            }
        }
    }
}
