package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.live.Compression;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;

/** Both sides are told how many page channels there are; when they disagree, both say so. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ChannelCountTest {
    private SimulatedVm vm;
    private Listener listener;

    @BeforeEach
    void boot() throws IOException {
        GuestSpec guest = new GuestSpec(GuestKind.HOTSET, 16L << 20, FillKind.MIXED, 1, 2);
        vm = SimulatedVm.boot(new VmSpec(8L << 20, PageSize.KIB_4, guest));
        listener = Moves.listen();
    }

    @AfterEach
    void end() throws IOException {
        listener.close();
        vm.close();
    }

    private static MigrationOptions outgoing(int channels) {
        return Moves.fast().with(new TransferSpec(0, channels, Compression.NONE));
    }

    private static IncomingOptions incoming(int channels) {
        return new IncomingOptions(1L << 30, Moves.RUN_FOR, channels, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 2, the source opens more page channels than the 2 expected here",
        "9, 1, the source opens more page channels than the 1 expected here",
        "2, 0, the source opens more page channels than the 0 expected here",
        "1, 2, the source opens 1 of the 2 page channels expected here",
        "0, 2, the source opens 0 of the 2 page channels expected here"
    })
    void sidesThatDisagreeBothSaySoAndTheNextAttemptSucceeds(int atSource, int atDestination, String why)
            throws Exception {
        CompletableFuture<IncomingResult> destination = Moves.receive(listener, incoming(atDestination));

        OutgoingResult result = OutgoingMigration.to(vm, listener.endpoint(), outgoing(atSource))
                .run();

        assertThat(result.stats().status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(result.errorDescription().orElseThrow())
                .contains("the destination refused: " + why + "; give both sides the same --channels");
        assertThat(result.sourceCheck().orElseThrow().passed()).isTrue();
        assertThatThrownBy(destination::join)
                .hasMessageContaining(why)
                .hasMessageContaining("give both sides the same --channels");
        Moves.assertVerified(Moves.move(vm, outgoing(2), incoming(2)));
    }

    /** A port scanner, a monitor, another source: whoever is no page channel. */
    @ParameterizedTest
    @ValueSource(strings = {"", "QEVM", "GET / HTTP/1.1"})
    void strangerWhoConnectsInBetweenChangesNothing(String says) throws Exception {
        CompletableFuture<IncomingResult> destination = Moves.receive(listener, incoming(1));
        OutgoingMigration migration = OutgoingMigration.to(vm, listener.endpoint(), outgoing(1));
        try (SocketChannel stranger = Connector.connect((Endpoint.Tcp) listener.endpoint())) {
            stranger.write(ByteBuffer.wrap(says.getBytes(StandardCharsets.US_ASCII)));
            Moves.assertVerified(migration.run());
        }
        assertThat(destination.join().isGood()).isTrue();
    }
}
