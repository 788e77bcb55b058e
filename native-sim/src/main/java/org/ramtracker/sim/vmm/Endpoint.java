package org.ramtracker.sim.vmm;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a migration goes to or comes from, written as QEMU writes it. */
public sealed interface Endpoint {
    /** The forms there are, for messages. */
    String FORMS = "write tcp:HOST:PORT, unix:PATH or file:PATH";

    /**
     * A TCP address.
     *
     * @param host a name or an address, IPv6 without its brackets
     * @param port 0 to 65535; 0 lets a listener choose
     */
    record Tcp(String host, int port) implements Endpoint {
        private static final Pattern HOST_AND_PORT = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");
        private static final int PORT_MAX = 65_535;

        private static Tcp parse(String uri, String address) {
            Matcher matcher = HOST_AND_PORT.matcher(address);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'%s' is not tcp:HOST:PORT, like tcp:127.0.0.1:4444 or tcp:[::1]:4444".formatted(uri));
            }
            int port = Integer.parseInt(matcher.group(3));
            if (port > PORT_MAX) {
                throw new IllegalArgumentException("port %d in '%s' is above %d".formatted(port, uri, PORT_MAX));
            }
            return new Tcp(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), port);
        }

        /**
         * Looks the host up.
         *
         * @return the address and the port
         * @throws UnknownHostException if there is no such host; the message names it
         */
        public InetSocketAddress resolve() throws UnknownHostException {
            try {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            } catch (UnknownHostException e) {
                throw new UnknownHostException("unknown host " + host);
            }
        }

        @Override
        public String toString() {
            return host.indexOf(':') < 0 ? "tcp:%s:%d".formatted(host, port) : "tcp:[%s]:%d".formatted(host, port);
        }
    }

    /**
     * A Unix domain socket.
     *
     * @param path its name in the file system
     */
    record Unix(Path path) implements Endpoint {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * A file that holds the stream.
     *
     * @param path the file
     */
    record File(Path path) implements Endpoint {
        @Override
        public String toString() {
            return "file:" + path;
        }
    }

    /**
     * Reads a URI.
     *
     * @param uri {@code tcp:HOST:PORT}, {@code unix:PATH} or {@code file:PATH}
     * @return the endpoint
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    static Endpoint parse(String uri) {
        int colon = uri.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'%s' is not a migration URI: %s".formatted(uri, FORMS));
        }
        String rest = uri.substring(colon + 1);
        return switch (uri.substring(0, colon)) {
            case "tcp" -> Tcp.parse(uri, rest);
            case "unix" -> new Unix(path(uri, rest));
            case "file" -> new File(path(uri, rest));
            default ->
                throw new IllegalArgumentException(
                        "'%s' has an unknown transport '%s': %s".formatted(uri, uri.substring(0, colon), FORMS));
        };
    }

    private static Path path(String uri, String path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("'%s' names no path: %s".formatted(uri, FORMS));
        }
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'%s' is not a path: %s".formatted(uri, e.getReason()), e);
        }
    }
}
