package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTest {
    @TempDir
    private Path directory;

    @Test
    void portZeroBecomesTheActualPort() throws IOException {
        try (Listener listener = Listener.open(new Endpoint.Tcp("127.0.0.1", 0))) {
            Endpoint.Tcp actual = (Endpoint.Tcp) listener.endpoint();
            assertThat(actual.port()).isPositive();
            try (SocketChannel source = Connector.connect(actual);
                    SocketChannel accepted = listener.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(source.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsRefusedByName() throws IOException {
        try (Listener first = Listener.open(new Endpoint.Tcp("127.0.0.1", 0))) {
            assertThatThrownBy(() -> Listener.open((Endpoint.Tcp) first.endpoint()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen on " + first.endpoint() + ": ");
        }
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> Listener.open(new Endpoint.Tcp("no-such-host.invalid", 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unknown host no-such-host.invalid");
    }

    @Test
    void onlyTheUserMayConnectToAUnixSocketAndItGoesAwayInTheEnd() throws IOException {
        Path path = directory.resolve("s");
        try (Listener listener = Listener.open(new Endpoint.Unix(path))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            try (SocketChannel source = Connector.connect((Endpoint.Unix) listener.endpoint())) {
                assertThat(source.isConnected()).isTrue();
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        Path path = directory.resolve("s");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (Listener listener = Listener.open(new Endpoint.Unix(path))) {
            assertThat(listener.endpoint()).isEqualTo(new Endpoint.Unix(path));
        }
    }

    @Test
    void aSocketThatIsListenedOnIsLeftAlone() throws IOException {
        Endpoint.Unix endpoint = new Endpoint.Unix(directory.resolve("s"));
        try (Listener listener = Listener.open(endpoint)) {
            assertThatThrownBy(() -> Listener.open(endpoint)).hasMessageContaining("another process listens on");
            try (SocketChannel source = Connector.connect((Endpoint.Unix) listener.endpoint());
                    SocketChannel accepted = listener.accept()) {
                source.write(ByteBuffer.wrap(new byte[] {7}));
                ByteBuffer first = ByteBuffer.allocate(1);
                assertThat(accepted.read(first)).as("the source comes first").isEqualTo(1);
            }
        }
    }

    @Test
    void aSocketThatAnotherProgramListensOnIsLeftAlone() throws IOException {
        Path path = directory.resolve("s");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> Listener.open(new Endpoint.Unix(path)))
                    .hasMessageContaining("another process listens on");
        }
        assertThat(path).exists();
    }

    @Test
    void closingTwiceDoesNotTakeTheNameFromTheNextOne() throws IOException {
        Endpoint.Unix endpoint = new Endpoint.Unix(directory.resolve("s"));
        Listener first = Listener.open(endpoint);
        first.close();
        try (Listener second = Listener.open(endpoint)) {
            first.close();
            assertThat(endpoint.path()).exists();
            assertThat(second.endpoint()).isEqualTo(endpoint);
        }
    }

    @Test
    void aNameIsGoneThoughAnInterruptedWaitClosedItsSocket() throws IOException {
        Path path = directory.resolve("s");
        try (Listener listener = Listener.open(new Endpoint.Unix(path))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(listener::accept).isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(path).exists();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aFileOfThatNameIsLeftAlone() throws IOException {
        Path path = Files.writeString(directory.resolve("s"), "precious");
        assertThatThrownBy(() -> Listener.open(new Endpoint.Unix(path))).hasMessageContaining("is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void nobodyListeningIsSaidWithTheAddress() {
        Endpoint.Unix nobody = new Endpoint.Unix(directory.resolve("nobody"));
        assertThatThrownBy(() -> Connector.connect(nobody))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot connect to " + nobody + ": ");
    }
}
