package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears whole or not at all.
 *
 * <pre>
 *   create PATH.partial-*  write*  fsync  rename to PATH  fsync the directory        abort: delete PATH.partial-*
 * </pre>
 *
 * <p>Only its owner may read the file: it holds all that the guest knows. The disk is waited for on a thread of its own, and
 * the result is polled. Renaming and an abort need no lock: whichever comes second finds the partial file gone.
 */
final class FileOutlet implements Outlet {
    /** Opens the partial file; tests put a full disk behind it. */
    interface Opener {
        FileChannel open(Path partial) throws IOException;
    }

    private final Path path;
    private final Opener opener;
    private @Nullable Path partial;
    private @Nullable FileChannel channel;
    private @Nullable FutureTask<Void> completion;

    FileOutlet(Path path) {
        this(path, partial -> FileChannel.open(partial, StandardOpenOption.WRITE));
    }

    FileOutlet(Path path, Opener opener) {
        this.path = path.toAbsolutePath();
        this.opener = opener;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public boolean hasReturnPath() {
        return false;
    }

    @Override
    public void open() throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException(path + " is a directory; give the name of a file in it");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) { // the rename would put a file in the place of a device
            throw new IOException(path + " is a device, a pipe or a socket; give the name of a file");
        }
        Path created = Files.createTempFile(directory(), path.getFileName() + ".partial-", "");
        partial = created;
        channel = opener.open(created);
    }

    private Path directory() throws IOException {
        Path directory = path.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory + " for the file " + path);
        }
        return directory;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        FileChannel file = Objects.requireNonNull(channel, "open() comes first");
        try {
            return file.write(bytes);
        } catch (IOException e) {
            throw new IOException("writing %s: %s; %s stays as it was".formatted(partial, Reason.of(e), path), e);
        }
    }

    @Override
    public boolean isConfirmed() throws IOException {
        if (completion == null) {
            completion = new FutureTask<>(this::complete);
            Thread.ofPlatform().daemon().name("ramtracker-fsync").start(completion);
        }
        return completion.isDone() && succeeded(completion);
    }

    private boolean succeeded(FutureTask<Void> done) throws IOException {
        try {
            done.get();
            return true;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IOException("completing %s: %s".formatted(path, Reason.of(cause)), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while completing " + path, e);
        }
    }

    private @Nullable Void complete() throws IOException {
        try (FileChannel file = Objects.requireNonNull(channel)) {
            file.force(true);
        }
        Files.move(Objects.requireNonNull(partial), path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(directory(), StandardOpenOption.READ)) {
            directory.force(true);
        }
        return null;
    }

    /** Everything was done when the file was confirmed. */
    @Override
    public void close() {}

    /** Deletes the partial file. A file that was confirmed is whole and stays. */
    @Override
    public void abort() {
        if (partial != null) {
            Path created = partial;
            Closing.closeFailed(() -> Files.deleteIfExists(created));
        }
        if (channel != null && completion == null) {
            Closing.closeFailed(channel);
        }
    }
}
