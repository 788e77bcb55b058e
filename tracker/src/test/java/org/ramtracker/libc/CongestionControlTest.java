package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CongestionControlTest {
    private static final int NAME_BYTES_MAX = 16;

    @Test
    void connectionFollowsTheRulesThatItIsGiven() throws Throwable {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel near = SocketChannel.open(server.getLocalAddress());
                SocketChannel far = server.accept()) {
            String before = nameOf(far);

            assertThat(CongestionControl.choose(near, CongestionControl.RENO)).isTrue();

            assertThat(nameOf(near)).isEqualTo("reno");
            assertThat(nameOf(far)).as("the other direction").isEqualTo(before);
            assertThat(CongestionControl.choose(near, "nothing-like-that")).isFalse();
            assertThat(nameOf(near)).isEqualTo("reno");
        }
    }

    @Test
    void unixSocketsHaveNone(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel server =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
                SocketChannel near = SocketChannel.open(address)) {
            assertThat(CongestionControl.choose(near, CongestionControl.RENO)).isFalse();
        }
    }

    private static String nameOf(SocketChannel channel) throws Throwable {
        var getsockopt = Libc.function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES_MAX);
            MemorySegment length = arena.allocateFrom(JAVA_INT, NAME_BYTES_MAX);
            int result = (int) getsockopt.invokeExact(
                    Libc.callState(),
                    SocketDescriptors.find(channel).orElseThrow(),
                    CongestionControl.IPPROTO_TCP,
                    CongestionControl.TCP_CONGESTION,
                    name,
                    length);
            assertThat(result).isZero();
            return name.getString(0);
        }
    }
}
