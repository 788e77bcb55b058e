package org.ramtracker.sim.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ramtracker.sim.vmm.Endpoint;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class PacedLinkTest {
    private static final long MS = 1_000_000;
    private static final int BYTES_PER_SECOND = 4 << 20;
    private static final int BURST_BYTES = 160 << 10;
    private static final long BURST_NANOS = BURST_BYTES * 1_000_000_000L / BYTES_PER_SECOND;

    /** Less than what the relay would make up for if it had slept through it. */
    private static final int IDLE_MILLIS = 45;

    private static final int BURSTS = 4;

    @Test
    void linkThatHadNothingToCarryCarriesNothingFasterAfterwards() throws IOException, InterruptedException {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                PacedLink link = PacedLink.to(
                        new Endpoint.Tcp("127.0.0.1", listener.socket().getLocalPort()), BYTES_PER_SECOND);
                SocketChannel source = SocketChannel.open(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), link.endpoint().port()));
                SocketChannel destination = listener.accept()) {
            long longestNanos = 0; // the relay may sleep through a pause, but hardly through all
            for (int burst = 0; burst < BURSTS; burst++) {
                Thread.sleep(IDLE_MILLIS);
                long nanos = carryNanos(source, destination);
                assertThat(nanos).as("burst %d", burst).isPositive();
                longestNanos = burst == 0 ? 0 : Math.max(longestNanos, nanos);
            }
            assertThat(longestNanos).isGreaterThanOrEqualTo(BURST_NANOS - MS);
        }
    }

    private static long carryNanos(SocketChannel source, SocketChannel destination) throws IOException {
        long begun = System.nanoTime();
        source.write(ByteBuffer.allocate(BURST_BYTES));
        ByteBuffer received = ByteBuffer.allocate(BURST_BYTES);
        while (received.hasRemaining() && destination.read(received) >= 0) {
            // until all has arrived
        }
        return received.hasRemaining() ? 0 : System.nanoTime() - begun;
    }
}
