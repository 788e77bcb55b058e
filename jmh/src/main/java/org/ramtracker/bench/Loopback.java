package org.ramtracker.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Both ends of a TCP connection of this machine with itself. */
record Loopback(SocketChannel source, SocketChannel destination) implements AutoCloseable {
    static Loopback connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel source = SocketChannel.open(server.getLocalAddress());
            return new Loopback(source, server.accept());
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        destination.close();
    }
}
