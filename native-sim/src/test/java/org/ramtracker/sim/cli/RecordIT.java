package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.sim.cli.Jar.Ended;
import org.ramtracker.sim.cli.Jar.Running;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.Hosts;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.EpochCursor;
import org.ramtracker.trace.TraceException;

/** {@code ramtracker record}, and {@code migrate} of what it wrote, as users run them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RecordIT {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261123L);
    private static final int KILLS = 2;
    private static final int ATTEMPTS = 5;

    @TempDir
    private Path directory;

    private String[] record(Path file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("record", "--ram", "16M", "--progress", "none", "-o"));
        arguments.add(file.toString());
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    /** Waits until a recording that runs has so many epochs, reading it like anybody else; answers how many it saw. */
    private static long awaitEpochs(Running recording, Path file, long wanted)
            throws IOException, InterruptedException {
        long epochs = 0;
        while (epochs < wanted) {
            assertThat(recording.process().isAlive()).as("the recording runs").isTrue();
            Thread.sleep(5);
            epochs = epochsOf(file);
        }
        return epochs;
    }

    private static long epochsOf(Path file) throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            long before = trace.epochs();
            return before + trace.refresh();
        } catch (NoSuchFileException | TraceException e) {
            return 0; // it has not come to its first epoch
        }
    }

    /** Walks everything; each page of each epoch is one of the guest's. */
    private static void assertWhole(DirtyTrace trace, String where) {
        EpochCursor epoch = trace.cursor();
        long expectedStart = 0;
        while (epoch.next()) {
            assertThat(epoch.startNanos()).as(where).isEqualTo(expectedStart);
            expectedStart = epoch.endNanos();
            try (PageBitmap pages = new PageBitmap(trace.layout().pages())) {
                epoch.addTo(pages);
                assertThat(pages.count()).as(where).isEqualTo(epoch.pages());
            }
        }
        assertThat(epoch.index()).as(where).isEqualTo(trace.epochs() - 1);
    }

    @Test
    void aKilledRecordingKeepsEveryEpochThatSomebodyHasSeen() throws Exception {
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            String where = "-Dramtracker.seed=%d, kill %d".formatted(SEED, kill);
            Path file = directory.resolve("killed-" + kill);
            Running recording = Jar.start(record(file, "--for", "60s", "--every", "1ms", "--dirty-rate", "512M"));
            long seen = awaitEpochs(recording, file, random.nextLong(1, 200));
            Thread.sleep(0, random.nextInt(1_000_000));
            recording.signal("KILL");
            assertThat(recording.await().exitCode()).as(where).isEqualTo(128 + 9);

            try (DirtyTrace trace = DirtyTrace.open(file)) {
                assertThat(trace.ended()).as(where).isFalse();
                assertThat(trace.epochs()).as(where).isGreaterThanOrEqualTo(seen);
                assertWhole(trace, where);
            }
        }
        Ended shown = Jar.run("trace", directory.resolve("killed-0").toString());
        assertThat(shown.exitCode()).as(shown.toString()).isZero();
        assertThat(shown.out()).contains("not ended: still being recorded, or its recorder was killed");
        Ended forecast = Jar.run("forecast", directory.resolve("killed-0").toString());
        assertThat(forecast.err())
                .contains("killed-0: not ended, so it is still being recorded, or its recorder was killed");
    }

    @Test
    void ctrlCEndsARecordingInGoodOrder() throws Exception {
        Path file = directory.resolve("interrupted");
        Running recording = Jar.start(record(file, "--for", "60s", "--every", "10ms"));
        long seen = awaitEpochs(recording, file, 5);
        recording.signal("INT");

        Ended ended = recording.await();
        assertThat(ended.err()).as(ended.toString()).isEmpty();
        assertThat(ended.out()).contains("epochs");
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(trace.ended()).isTrue();
            assertThat(trace.epochs()).isGreaterThanOrEqualTo(seen);
            assertWhole(trace, "interrupted");
        }
    }

    @Test
    void signalBeforeTheFirstEpochLeavesNothingBehind() throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Ended ended = signalWhileWarmingUp();
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(128 + 15);
            if (!ended.out().contains("epochs")) {
                assertThat(ended.err()).as(ended.toString()).isEqualTo("nothing was recorded yet");
                assertThat(directory).isEmptyDirectory();
                return;
            }
            // On a machine that held this test up for half a second, the signal came when epochs were being recorded.
            Files.delete(directory.resolve("never"));
        }
        throw new AssertionError("each of %d recordings had begun before it was told to end".formatted(ATTEMPTS));
    }

    /** What records is being compiled. SIGTERM, because a shell's background job, as this may be in, ignores SIGINT. */
    private Ended signalWhileWarmingUp() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Jar.command(record(directory.resolve("never"), "--for", "60s")));
        command.add(1, "-Djava.io.tmpdir=" + directory);
        Running recording = Jar.collect(new ProcessBuilder(command));
        while (recording.process().isAlive() && isEmpty(directory)) {
            Thread.sleep(1);
        }
        recording.signal("TERM");
        return recording.await();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void aTraceIsReplacedOnlyIfThatIsWantedAndPlayedBackItArrivesWhole() throws Exception {
        Path file = directory.resolve("trace");
        String before = "what somebody else has written";
        Files.writeString(file, before);
        Ended refused = Jar.run(record(file, "--for", "100ms"));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err())
                .contains("exists already; name another trace, or add --force")
                .doesNotContain("\n");
        assertThat(file).hasContent(before);

        Ended replaced = Jar.run(record(file, "--for", "500ms", "--every", "20ms", "--force"));
        assertThat(replaced.exitCode()).as(replaced.toString()).isZero();
        assertThat(directory).isDirectoryNotContaining("glob:**.recording");

        Ended migrated = Jar.run(
                "migrate", "--guest", "replay:" + file, "--speed", "4", "--bandwidth", "0", "--run-for", "200ms");
        assertThat(migrated.exitCode()).as(migrated.toString()).isZero();
        assertThat(migrated.out()).contains("verified: every page of the destination equals the paused source");
    }

    @ParameterizedTest
    @CsvSource({"native:hotset, pagemap", "kvm:random-writes, kvm-ring", "kvm:hotset, kvm-clear"})
    void whatOnlyTheKernelKnowsIsRecordedToo(String guest, String dirtyLog) throws Exception {
        Hosts.require(DirtySource.parse(dirtyLog));
        Hosts.require(guest.startsWith("kvm") ? GuestEngine.KVM : GuestEngine.NATIVE);
        Path file = directory.resolve("kernel");
        Ended ended =
                Jar.run(record(file, "--guest", guest, "--dirty-log", dirtyLog, "--for", "400ms", "--every", "20ms"));

        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(trace.ended()).isTrue();
            assertWhole(trace, guest + " " + dirtyLog);
            EpochCursor last = trace.cursor();
            last.moveTo(trace.epochs() / 2);
            assertThat(last.pages()).as("pages in the middle of the recording").isPositive();
        }
    }
}
