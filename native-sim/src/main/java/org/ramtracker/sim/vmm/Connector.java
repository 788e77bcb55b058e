package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** Connects a source to its destination. */
final class Connector {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private Connector() {}

    static SocketChannel connect(Endpoint.Tcp to) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(to.resolve(), CONNECT_TIMEOUT_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot connect to %s: %s".formatted(to, Failures.reason(e)), e);
        }
    }

    static SocketChannel connect(Endpoint.Unix to) throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(to.path()));
        } catch (IOException e) {
            throw new IOException("cannot connect to %s: %s".formatted(to, Failures.reason(e)), e);
        }
    }
}
