package org.ramtracker.sim.monitor.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ClientSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HmpServerTest {
    private static final String GREETING = "ramtracker monitor of guest1 - type 'help' for more information\n";
    private static final String PROMPT = "(ramtracker) ";

    @TempDir
    private Path directory;

    private final FakeVm vm = new FakeVm();
    private Path socket;
    private ClientServer server;

    /** A listening socket. */
    private record Source(ServerSocketChannel listening) implements ClientSource {
        @Override
        public SocketChannel accept() throws IOException {
            return listening.accept();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @BeforeEach
    void serve() throws IOException {
        socket = directory.resolve("hmp");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = HmpServer.start(new Source(listening), new Hmp(vm, stats -> "progress"));
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private static void send(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    /** Reads until what was read ends so, or until the end. */
    private static String readUntil(SocketChannel client, String ending) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer octet = ByteBuffer.allocate(1);
        while (!text.toString().endsWith(ending) && client.read(octet.clear()) > 0) {
            text.append((char) octet.get(0));
        }
        return text.toString();
    }

    private static String readAll(SocketChannel client) throws IOException {
        return readUntil(client, "\0");
    }

    @Test
    void clientIsGreetedAndEveryAnswerEndsWithThePrompt() throws IOException {
        try (SocketChannel client = connect()) {
            assertThat(readUntil(client, PROMPT)).isEqualTo(GREETING + PROMPT);
            send(client, "info status\r\n");
            assertThat(readUntil(client, PROMPT)).isEqualTo("VM status: running\n" + PROMPT);
            send(client, "info na");
            send(client, "me\nstop\n");
            assertThat(readUntil(client, PROMPT)).isEqualTo("guest1\n" + PROMPT);
            assertThat(readUntil(client, PROMPT)).isEqualTo(PROMPT);
            assertThat(vm.told).containsExactly("stop");
        }
    }

    @Test
    void lastLineNeedsNoLineBreak() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "cont");
            client.shutdownOutput();
            assertThat(readAll(client)).endsWith(PROMPT);
            assertThat(vm.told).containsExactly("cont");
        }
    }

    @Test
    void quitEndsTheConversation() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "quit\nstop\n");
            assertThat(readAll(client)).isEqualTo(GREETING + PROMPT);
            assertThat(vm.told).containsExactly("quit host-ui");
        }
    }

    @Test
    void longestLineIsTakenAndALongerOneEndsTheConversation() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "info status" + " ".repeat(LineReader.LINE_BYTES_MAX - 11) + "\n");
            assertThat(readUntil(client, PROMPT)).isEqualTo(GREETING + PROMPT);
            assertThat(readUntil(client, PROMPT)).isEqualTo("VM status: running\n" + PROMPT);
            send(client, "x".repeat(LineReader.LINE_BYTES_MAX + 1));
            assertThat(readAll(client)).isEqualTo("Error: a line has at most 4095 bytes\n");
        }
    }

    @Test
    void garbageHarmsNobody() throws IOException {
        Random random = new Random(20_261_123);
        for (int round = 0; round < 20; round++) {
            byte[] garbage = new byte[1000];
            random.nextBytes(garbage);
            try (SocketChannel client = connect()) {
                client.write(ByteBuffer.wrap(garbage));
            }
        }
        assertThat(vm.told).isEmpty();
        aClientIsServed();
    }

    private void aClientIsServed() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "info name\n");
            assertThat(readUntil(client, "guest1\n")).isEqualTo(GREETING + PROMPT + "guest1\n");
        }
    }

    @Test
    void controlCharactersAreNotSentBack() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "\u001b[2J\u0007\n");
            assertThat(readUntil(client, "'\n")).isEqualTo(GREETING + PROMPT + "unknown command: '[2J'\n");
        }
    }

    @Test
    void clientThatNeverReadsHoldsUpNobodyElse() throws IOException {
        try (SocketChannel deaf = connect()) {
            deaf.configureBlocking(false);
            ByteBuffer help = ByteBuffer.wrap("help\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
            deaf.write(help);
            aClientIsServed();
            aClientIsServed();
        }
    }

    @Test
    void waitingForAMigrationShowsItAndAnotherClientCancelsIt() throws IOException {
        try (SocketChannel waiting = connect();
                SocketChannel other = connect()) {
            send(waiting, "migrate tcp:127.0.0.1:4444\ninfo name\n");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !vm.told.isEmpty());
            assertThat(readUntil(waiting, "active\n")).isEqualTo(GREETING + PROMPT + "active\n");
            send(other, "migrate_cancel\n");
            assertThat(readUntil(waiting, "guest1\n")).endsWith("Migration status: cancelled\n" + PROMPT + "guest1\n");
        }
    }

    @Test
    void waitingEndsWhenTheMigrationWaitsItself() throws IOException {
        try (SocketChannel client = connect()) {
            send(client, "migrate tcp:127.0.0.1:4444\n");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !vm.told.isEmpty());
            vm.migrationIs(MigrationStatus.PRE_SWITCHOVER);
            assertThat(readUntil(client, "switchover\n")).endsWith("Migration status: pre-switchover\n");
        }
    }

    @Test
    void closingTheServerEndsEveryConversation() throws IOException {
        try (SocketChannel client = connect()) {
            readUntil(client, PROMPT);
            server.close();
            assertThat(readAll(client)).isEmpty();
        }
    }
}
