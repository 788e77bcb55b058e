package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ramtracker.counters.CountersFile;
import org.ramtracker.counters.CountersWatcher;

/**
 * Where the running VMs of a user leave the files of their counters, by name: {@code $XDG_RUNTIME_DIR/ramtracker/NAME.counters},
 * or {@code /tmp/ramtracker-UID/NAME.counters} without such a directory. Nobody else may enter it.
 *
 * <p>Threads: any.
 */
public final class VmDirectory {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");
    private static final String SUFFIX = ".counters";
    private static final String UNFINISHED = ".new";
    private static final String LOCK = ".lock";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** File locks are between processes; this is between threads. */
    private static final Object THREADS = new Object();

    private final Path directory;

    private VmDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * That of the user who runs this process.
     *
     * @return the directory, which need not exist yet
     * @throws IOException if the system does not tell who that is
     */
    public static VmDirectory ofUser() throws IOException {
        return of(System.getenv(), uid());
    }

    static VmDirectory of(Map<String, String> environment, int uid) {
        Path runtime = runtimeDirectory(environment.get("XDG_RUNTIME_DIR"));
        return new VmDirectory(runtime == null ? Path.of("/tmp/ramtracker-" + uid) : runtime.resolve("ramtracker"));
    }

    private static @Nullable Path runtimeDirectory(@Nullable String named) {
        if (named == null || !named.startsWith("/")) {
            return null;
        }
        Path path = Path.of(named);
        return Files.isDirectory(path) ? path : null;
    }

    /** The user of this process. */
    static int uid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /**
     * Whether this can name a VM: letters, digits, {@code _ . -}, at most 64 of them, and neither {@code .} nor {@code -} first.
     * Nothing that it allows can leave the directory.
     *
     * @param name a name from anywhere
     * @return the name
     * @throws IllegalArgumentException if it cannot, with one line that says what can
     */
    public static String checkName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'%s' cannot name a VM: use up to 64 letters, digits, '_', '.' and '-', the first no '.' or '-'"
                            .formatted(name));
        }
        return name;
    }

    /**
     * Whether {@link #checkName} would take it.
     *
     * @param text anything
     * @return true if a VM can be called so
     */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * The file of a VM.
     *
     * @param name its name
     * @return where its counters are while it runs
     * @throws IllegalArgumentException if it cannot name a VM
     */
    public Path countersPath(String name) {
        return directory.resolve(checkName(name) + SUFFIX);
    }

    /**
     * Makes the file of a VM that begins to run. What a VM of that name left when it was killed is replaced.
     *
     * @param name the VM's name
     * @param capacity how many counters fit
     * @return the file; {@link #remove} it when the VM ends
     * @throws IOException if a VM of that name runs, or the directory is not this user's alone
     */
    public CountersFile create(String name, int capacity) throws IOException {
        Path path = countersPath(name);
        makeDirectory();
        synchronized (THREADS) {
            try (FileChannel lock = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                assert held.isValid();
                refuseIfRunning(name, path);
                return createWhole(path, capacity);
            }
        }
    }

    /** Under its name it is complete from the start: a watcher never meets a file without its header. */
    private static CountersFile createWhole(Path path, int capacity) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        CountersFile file = CountersFile.create(unfinished, capacity);
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }

    private static void refuseIfRunning(String name, Path path) throws IOException {
        if (Files.exists(path) && isRunning(path)) {
            throw new IOException(
                    "a VM named %s runs already (%s); choose another --name or end it".formatted(name, path));
        }
    }

    private static boolean isRunning(Path path) {
        try (CountersWatcher watcher = CountersWatcher.open(path)) {
            return watcher.writer().isAlive();
        } catch (IOException e) {
            return false; // whatever it is, no VM that runs left it so
        }
    }

    private void makeDirectory() throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                // another VM of this user was quicker, or somebody else, which the check below finds
            }
        }
        checkPrivate();
    }

    /** In {@code /tmp} anybody could have made it before us. */
    private void checkPrivate() throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean ours = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(uid());
        if (!attributes.isDirectory() || !ours || !OWNER_ONLY.containsAll(attributes.permissions())) {
            throw new IOException(
                    "%s is not a directory that belongs to you alone (mode 0700); remove it or set XDG_RUNTIME_DIR"
                            .formatted(directory));
        }
    }

    /**
     * Removes the file of a VM that ends. Nothing happens if it is gone.
     *
     * @param name the VM's name
     * @throws IOException if it cannot be removed
     */
    public void remove(String name) throws IOException {
        Files.deleteIfExists(countersPath(name));
    }

    /**
     * The VMs that run.
     *
     * @return their names, sorted
     * @throws IOException if the directory cannot be read
     */
    public List<String> running() throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> path.toString().endsWith(SUFFIX) && isRunning(path))
                    .map(path -> path.getFileName().toString())
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }
}
