package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.ClientSource;

/**
 * A socket on which a destination waits for its source, or a monitor for its clients. A destination closes it once the source
 * has connected: there is only one.
 */
public final class Listener implements ClientSource {
    /** Begins the name of the directory in which a Unix socket is bound before it gets its own name. */
    private static final String HIDDEN_PREFIX = ".rt";

    private static final Path UNIX_SOCKETS = Path.of("/proc/net/unix");

    /** The flags of a listening socket in that table: {@code __SO_ACCEPTCON} of linux/net.h. */
    private static final String ACCEPTS_CONNECTIONS = "00010000";

    private final ServerSocketChannel server;
    private final Endpoint endpoint;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Listener(ServerSocketChannel server, Endpoint endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    /**
     * Listens on a TCP address.
     *
     * @param wanted the address; port 0 takes a free port
     * @return the listener
     * @throws IOException with one line that names the address
     */
    public static Listener open(Endpoint.Tcp wanted) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(wanted.resolve());
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            return new Listener(server, new Endpoint.Tcp(wanted.host(), port));
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on %s: %s".formatted(wanted, Failures.reason(e)), e);
        }
    }

    /**
     * Listens on a Unix domain socket that only this user can connect to. A socket that nobody listens on any more is
     * replaced, anything else that has the name is left alone.
     *
     * @param wanted the path
     * @return the listener
     * @throws IOException with one line that names the path
     */
    public static Listener open(Endpoint.Unix wanted) throws IOException {
        refuseUnlessFree(wanted);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bindPrivately(server, wanted.path());
            return new Listener(server, wanted);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw new IOException("cannot listen on %s: %s".formatted(wanted, Failures.reason(e)), e);
        }
    }

    private static void refuseUnlessFree(Endpoint.Unix wanted) throws IOException {
        if (!Files.exists(wanted.path(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(wanted.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(wanted + " exists and is no socket; choose another path");
        }
        if (isListenedOn(wanted.path())) {
            throw new IOException("another process listens on " + wanted + "; choose another path or end it");
        }
    }

    private static boolean isListenedOn(Path path) throws IOException {
        return isOurs(path) || answers(path);
    }

    /**
     * Whether a listener of this class has this socket. It would take a connection for its source, so the kernel is asked, which
     * remembers the name that a socket was bound under.
     */
    private static boolean isOurs(Path path) throws IOException {
        Path real = parentOf(path.toAbsolutePath()).toRealPath().resolve(path.getFileName());
        String bound = Pattern.quote(real.getParent() + "/" + HIDDEN_PREFIX) + "\\d+"
                + Pattern.quote("/" + real.getFileName());
        Pattern listening = Pattern.compile(".* " + ACCEPTS_CONNECTIONS + " .* " + bound);
        String sockets = new String(Files.readAllBytes(UNIX_SOCKETS), StandardCharsets.UTF_8);
        return sockets.lines().anyMatch(listening.asMatchPredicate());
    }

    private static boolean answers(Path path) {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (ConnectException e) { // refused: the file is all that is left
            return false;
        } catch (IOException e) { // a socket of another kind or another user, say
            return true;
        }
    }

    /** Binds in a directory that nobody else can enter, so that the socket never exists with wider permissions. */
    private static void bindPrivately(ServerSocketChannel server, Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path directory = Files.createTempDirectory(parentOf(absolute).toRealPath(), HIDDEN_PREFIX);
        Path hidden = directory.resolve(absolute.getFileName());
        try {
            server.bind(UnixDomainSocketAddress.of(hidden));
            Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
            Files.move(hidden, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(hidden);
            Files.delete(directory);
        }
    }

    private static Path parentOf(Path absolute) throws FileSystemException {
        Path parent = absolute.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new FileSystemException("there is no directory " + parent);
        }
        return parent;
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port that was chosen
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return server.accept();
    }

    /**
     * Waits for a further connection of a source that is there already.
     *
     * @param patience how long
     * @return its connection, blocking; null if none came in that time
     * @throws IOException if the listener is closed meanwhile
     */
    @Nullable
    SocketChannel accept(Duration patience) throws IOException {
        try (Selector selector = Selector.open()) {
            server.configureBlocking(false);
            return acceptWithin(patience, selector);
        } finally {
            blockAgain();
        }
    }

    /**
     * Waits for a further connection of a source that is there already, until it begins to send.
     *
     * @param source its first connection, blocking before and afterwards
     * @param patience how long at most
     * @return its connection, blocking; null if none had come when it began to send, ended, or that time had passed
     * @throws IOException if the listener is closed meanwhile
     */
    @Nullable
    SocketChannel accept(SocketChannel source, Duration patience) throws IOException {
        try (Selector selector = Selector.open()) {
            server.configureBlocking(false);
            source.configureBlocking(false);
            SelectionKey ignored = source.register(selector, SelectionKey.OP_READ);
            return acceptWithin(patience, selector);
        } finally {
            source.configureBlocking(true); // which it cannot be as long as a selector has it
            blockAgain();
        }
    }

    private void blockAgain() throws IOException {
        if (server.isOpen()) {
            server.configureBlocking(true);
        }
    }

    private @Nullable SocketChannel acceptWithin(Duration patience, Selector selector) throws IOException {
        SelectionKey ignored = server.register(selector, SelectionKey.OP_ACCEPT);
        selector.select(patience.toMillis());
        return server.accept();
    }

    /**
     * Twice is harmless: by then the name may be somebody else's. A thread that was interrupted while it waited has closed the
     * socket, not the listener: its name is still there.
     */
    @Override
    public void close() throws IOException {
        try (server) {
            if (closed.compareAndSet(false, true) && endpoint instanceof Endpoint.Unix(Path path)) {
                Files.deleteIfExists(path);
            }
        }
    }
}
