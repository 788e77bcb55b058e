package org.ramtracker.live;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.ramtracker.libc.CongestionControl;

/** What TCP and unix sockets have in common. */
final class Sockets {
    private Sockets() {}

    /** The other end, for people; an unnamed unix socket has no address to show. */
    static String remoteName(SocketChannel channel) {
        try {
            SocketAddress address = channel.getRemoteAddress();
            String text = address == null ? "" : address.toString();
            return text.isEmpty() ? "an unnamed socket" : text;
        } catch (IOException e) {
            return "a closed socket";
        }
    }

    /** The confirmation and the commit are a few bytes each, and the guest is paused until they arrive. */
    static void sendAtOnce(SocketChannel channel) throws IOException {
        if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /**
     * Has a connection with one address at both ends, so within this machine, send by reno: nothing can be congested there, but
     * an algorithm that goes by time, such as BBR, costs both ends half as much processor time again as the copies themselves.
     * Elsewhere the operator's choice stands.
     */
    static void sendByRenoWithin(SocketChannel channel) throws IOException {
        if (isWithinThisMachine(channel)) {
            chooseReno(channel);
        }
    }

    /** Without it the connection is slower, and that is all: so nothing that stands in the way of it ends a migration. */
    private static void chooseReno(SocketChannel channel) {
        try {
            boolean ignored = CongestionControl.choose(channel, CongestionControl.RENO);
        } catch (IOException e) {
            return;
        }
    }

    private static boolean isWithinThisMachine(SocketChannel channel) throws IOException {
        return channel.getRemoteAddress() instanceof InetSocketAddress remote
                && channel.getLocalAddress() instanceof InetSocketAddress local
                && remote.getAddress().equals(local.getAddress());
    }
}
