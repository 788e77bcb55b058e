package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.scan.DuplicateBytes;

/** Migrations within this process, over a socket, for tests. */
final class Moves {
    static final Duration RUN_FOR = Duration.ofMillis(50);
    static final IncomingOptions INCOMING = new IncomingOptions(1L << 30, RUN_FOR);

    private Moves() {}

    /** With the default downtime limit; a timeout of zero never comes. */
    static MigrationOptions options(long bandwidth, Duration timeout, boolean compare) {
        return options(
                MigrationParameters.defaults()
                        .with(MigrationParameter.MAX_BANDWIDTH, bandwidth)
                        .with(MigrationParameter.MAX_TOTAL_TIME, timeout.toNanos()),
                compare);
    }

    private static MigrationOptions options(MigrationParameters parameters, boolean compare) {
        return new MigrationOptions(
                ConvergencePolicy.standard(), parameters, DuplicateBytes.ZERO, compare, RUN_FOR, Optional.empty());
    }

    static MigrationOptions fast() {
        return options(0, Duration.ZERO, true);
    }

    /** So little downtime that a busy guest takes several passes. */
    static MigrationOptions inSeveralPasses(boolean compare) {
        return options(
                MigrationParameters.defaults()
                        .with(MigrationParameter.MAX_BANDWIDTH, 64L << 20)
                        .with(MigrationParameter.DOWNTIME_LIMIT, 50_000_000),
                compare);
    }

    /** For a guest whose writes never stop: what it dirties again while the last of it is sent hardly matters. */
    static MigrationOptions patient() {
        return options(
                MigrationParameters.defaults()
                        .with(MigrationParameter.MAX_BANDWIDTH, 0)
                        .with(MigrationParameter.DOWNTIME_LIMIT, 5_000_000_000L),
                true);
    }

    static CompletableFuture<IncomingResult> receive(Listener listener, IncomingOptions options) {
        CompletableFuture<IncomingResult> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(IncomingMigration.fromSocket(listener, options));
            } catch (IOException | InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    static Listener listen() throws IOException {
        return Listener.open(new Endpoint.Tcp("127.0.0.1", 0));
    }

    /** Moves the guest to a destination here, which ends afterwards. */
    static OutgoingResult move(SimulatedVm vm, MigrationOptions options) throws IOException, InterruptedException {
        return move(vm, options, INCOMING);
    }

    static OutgoingResult move(SimulatedVm vm, MigrationOptions options, IncomingOptions incoming)
            throws IOException, InterruptedException {
        try (Listener listener = listen()) {
            CompletableFuture<IncomingResult> destination = receive(listener, incoming);
            OutgoingResult result =
                    OutgoingMigration.to(vm, listener.endpoint(), options).run();
            // its memory and vCPUs are gone when this returns
            destination.handle((received, failure) -> received).join();
            return result;
        }
    }

    static void assertVerified(OutgoingResult result) {
        assertThat(result.verification().isVerified())
                .as("%s %s", result.errorDescription(), result.verification())
                .isTrue();
    }
}
