package org.ramtracker.sim.cli;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A client of a monitor's socket that waits for each answer. */
final class MonitorClient implements AutoCloseable {
    private static final String PROMPT = "(ramtracker) ";

    private final SocketChannel channel;

    private MonitorClient(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects as soon as somebody listens. */
    static MonitorClient connect(Path socket) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> new MonitorClient(SocketChannel.open(UnixDomainSocketAddress.of(socket))), client -> true);
    }

    void sendLine(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next line, without its line break. */
    String nextLine() throws IOException {
        return readUntil("\n").stripTrailing();
    }

    /** Everything up to the prompt of the monitor for people. */
    List<String> answer() throws IOException {
        String text = readUntil(PROMPT);
        return text.substring(0, text.length() - (text.endsWith(PROMPT) ? PROMPT.length() : 0))
                .lines()
                .toList();
    }

    private String readUntil(String ending) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer octet = ByteBuffer.allocate(1);
        while (text.indexOf(ending, Math.max(0, text.length() - ending.length())) < 0
                && channel.read(octet.clear()) > 0) {
            text.append((char) octet.get(0));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
