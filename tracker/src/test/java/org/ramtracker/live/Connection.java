package org.ramtracker.live;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Both ends of a connection. */
record Connection(SocketChannel source, SocketChannel destination) implements AutoCloseable {
    static Connection tcp() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel source = SocketChannel.open(server.getLocalAddress());
            return new Connection(source, server.accept());
        }
    }

    static Connection unix() throws IOException {
        Path path = Files.createTempDirectory("ramtracker").resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            SocketChannel source = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new Connection(source, server.accept());
        } finally {
            Files.deleteIfExists(path);
            Files.deleteIfExists(path.getParent());
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        destination.close();
    }
}
