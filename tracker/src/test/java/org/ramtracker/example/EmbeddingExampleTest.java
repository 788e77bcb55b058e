package org.ramtracker.example;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.MigrationListener;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.migrate.PrecopyAgent;

class EmbeddingExampleTest {
    private static final long SLOW_BYTES_PER_SECOND = 1 << 20;

    private record Link(SocketChannel source, SocketChannel destination) implements AutoCloseable {
        static Link open() throws IOException {
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel source = SocketChannel.open(server.getLocalAddress());
                return new Link(source, server.accept());
            }
        }

        @Override
        public void close() throws IOException {
            source.close();
            destination.close();
        }
    }

    @Test
    void guestGoesOnWhereItWasAtTheDestination() throws Exception {
        try (EmbeddingExample here = EmbeddingExample.boot();
                Link link = Link.open()) {
            FutureTask<EmbeddingExample> arrival = new FutureTask<>(() -> EmbeddingExample.receive(link.destination()));
            Thread.ofPlatform().daemon().start(arrival);
            MigrationOutcome outcome = here.migrate(link.source());

            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
            try (EmbeddingExample there = arrival.get(60, TimeUnit.SECONDS)) {
                long counterAtArrival = here.counter();
                await().until(() -> there.counter() > counterAtArrival + 10);
                await().until(() -> !here.isAlive());
                assertThat(here.counter()).isEqualTo(counterAtArrival);
                assertRemembers(there, counterAtArrival);
            }
        }
    }

    /** Every number of the last round was stored before the guest moved, and came along. */
    private static void assertRemembers(EmbeddingExample vmm, long counter) {
        for (long number = Math.max(1, counter - 1000); number <= counter; number++) {
            long stored = ExampleVcpu.blockOf(vmm.memory(), number)
                    .segment()
                    .get(JAVA_LONG, ExampleVcpu.offsetBytesOf(vmm.memory(), number));
            assertThat(stored).isGreaterThanOrEqualTo(number);
        }
    }

    @Test
    void guestStaysWhereItWasWhenTheDestinationDies() throws Exception {
        try (EmbeddingExample here = EmbeddingExample.boot();
                Link link = Link.open()) {
            link.destination().close();
            MigrationOutcome outcome = here.migrate(link.source());

            assertThat(outcome.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(outcome.message()).contains("stream to ");
            assertRuns(here);
        }
    }

    @Test
    void cancelledMigrationLeavesTheGuestRunning() throws Exception {
        try (EmbeddingExample here = EmbeddingExample.boot();
                Link link = Link.open()) {
            PrecopyAgent agent = here.attempt(link.source(), SLOW_BYTES_PER_SECOND, MigrationListener.NONE);
            while (agent.stats().status() != MigrationStatus.ACTIVE) {
                agent.doWork();
            }
            agent.control().cancel();
            while (agent.outcome().isEmpty()) {
                agent.doWork();
                LockSupport.parkNanos(10_000);
            }
            assertThat(here.concluded(agent).status()).isEqualTo(MigrationStatus.CANCELLED);
            assertRuns(here);
        }
    }

    private static void assertRuns(EmbeddingExample vmm) {
        long counter = vmm.counter();
        await().until(() -> vmm.counter() > counter + 10);
    }

    @ParameterizedTest
    @CsvSource({
        "ExampleRegisters, device",
        "ExampleVcpu, vcpu",
        "EmbeddingExample, vmm",
        "KernelLogsExample, logs",
        "ChannelsExample, channels"
    })
    void guideShowsTheCodeThatWasTested(String className, String region) throws IOException {
        Path root = repositoryRoot();
        String source =
                Files.readString(root.resolve("tracker/src/test/java/org/ramtracker/example/" + className + ".java"));
        String guide = Files.readString(root.resolve("docs/embedding.md"));
        assertThat(guide).contains("```java\n" + regionOf(source, region) + "```\n");
    }

    private static String regionOf(String source, String region) {
        String begin = "// docs:begin " + region + "\n";
        int from = source.indexOf(begin) + begin.length();
        int to = source.indexOf("// docs:end " + region, from);
        assertThat(from).isGreaterThanOrEqualTo(begin.length());
        assertThat(to).isGreaterThan(from);
        return source.substring(from, to).stripTrailing() + "\n";
    }

    /** Tests run in the module's directory, or in the root. */
    private static Path repositoryRoot() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs")) ? here : here.getParent();
    }
}
