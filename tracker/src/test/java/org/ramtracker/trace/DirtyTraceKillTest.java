package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording process that is killed at any moment leaves every epoch it had written, whole. */
final class DirtyTraceKillTest {
    private static final long SEED = 20_261_123;
    private static final int ROUNDS = Boolean.getBoolean("ramtracker.soak") ? 200 : 4;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path directory;

    @Test
    void everyEpochWrittenBeforeAKillIsReadable() throws IOException, InterruptedException {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Path file = directory.resolve("trace" + round);
            String where = "seed %d, round %d".formatted(SEED, round);
            long epochsSeen = recordAndKill(file, random);
            try (DirtyTrace trace = DirtyTrace.open(file)) {
                assertThat(trace.ended()).as(where).isFalse();
                assertThat(trace.epochs()).as(where).isGreaterThanOrEqualTo(epochsSeen);
                assertEpochs(trace, where);
            }
            Files.delete(file);
        }
    }

    @Test
    void tornEntryBehindTheLastWholeOneIsLeftOut() throws IOException {
        Path file = directory.resolve("trace");
        DirtyTraceWriter writer = TraceFixtures.begun(file);
        TraceFixtures.appendEpoch(writer, new Random(1));
        long whole = writer.lengthBytes();
        TraceFixtures.appendEpoch(writer, new Random(2));
        Path killed = directory.resolve("killed");
        byte[] bytes = Files.readAllBytes(file);
        writer.close();
        // as if the process had been killed while it wrote the second entry
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putLong(TraceHeaderDescriptor.COMMITTED_OFFSET, whole);
        Arrays.fill(bytes, (int) whole + 40, bytes.length, (byte) 0);
        Files.write(killed, bytes);
        try (DirtyTrace trace = DirtyTrace.open(killed)) {
            assertThat(trace.epochs()).isEqualTo(1);
            assertThat(trace.ended()).isFalse();
            assertThat(trace.uncommittedBytes()).isBetween(1L, 40L);
        }
    }

    /** Kills the process after a random number of epochs, at a random moment within one; answers how many were seen. */
    private static long recordAndKill(Path file, Random random) throws IOException, InterruptedException {
        long wanted = random.nextLong(1, 3000);
        Process recorder = start(file);
        try {
            long epochs = 0;
            long deadline = System.nanoTime() + LIMIT_NANOS;
            while (epochs < wanted) {
                assertThat(recorder.isAlive()).as("the recorder runs").isTrue();
                assertThat(System.nanoTime()).as("time").isLessThan(deadline);
                epochs = epochsOf(file);
                Thread.sleep(0, 50_000 + random.nextInt(900_000));
            }
            return epochs;
        } finally {
            recorder.destroyForcibly();
            assertThat(recorder.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static long epochsOf(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            return trace.epochs();
        } catch (TraceException e) {
            return 0; // it has not come to its first epoch
        }
    }

    private static void assertEpochs(DirtyTrace trace, String where) {
        Random model = new Random(RecordingProcess.SEED);
        EpochCursor epoch = trace.cursor();
        while (epoch.next()) {
            long index = epoch.index();
            BitSet expected = new BitSet();
            expected.set((int) (index % 200));
            TraceFixtures.randomRuns(model).stream().forEach(page -> expected.set(256 + page));
            assertThat(TraceFixtures.pagesOf(epoch))
                    .as("%s, epoch %d", where, index)
                    .isEqualTo(expected);
        }
    }

    private static Process start(Path file) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Xshare:auto");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), RecordingProcess.class.getName(), file.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
