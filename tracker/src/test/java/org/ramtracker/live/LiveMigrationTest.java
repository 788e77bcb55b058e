package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationOutcome.GuestAt;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.scan.DuplicateBytes;

class LiveMigrationTest {
    private static final long BLOCK_BYTES = 4L << 20;
    private final long seed = System.nanoTime();

    @RegisterExtension
    final TestWatcher seedOfFailure = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            System.err.println(context.getDisplayName() + " failed with seed " + seed);
        }
    };

    private final TestDevice device = randomDevice();

    private TestDevice randomDevice() {
        byte[] state = new byte[3 << 20];
        new SplittableRandom(seed).nextBytes(state);
        return new TestDevice("cpu", 1, 7, state);
    }

    private TestGuest guest(PageSize pageSize) throws IOException {
        return new TestGuest(pageSize, BLOCK_BYTES, seed);
    }

    private StreamRamSink.Builder sink(TestGuest guest) {
        return StreamRamSink.builder(guest.memory, SystemNanoClock.INSTANCE).device(device);
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        return task.get(60, TimeUnit.SECONDS);
    }

    private static IOException failure(FutureTask<?> task) throws Exception {
        try {
            throw new AssertionError("did not fail: " + result(task));
        } catch (ExecutionException e) {
            return (IOException) e.getCause();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "12, ZERO, tcp",
        "12, ANY, unix",
        "16, ZERO, unix",
        "16, ANY, tcp",
        "21, ZERO, tcp",
        "21, ANY, unix",
    })
    void destinationEqualsThePausedSource(int pageShift, DuplicateBytes duplicates, String transport) throws Exception {
        TestDevice arrived = device.twin();
        try (TestGuest guest = guest(new PageSize(pageShift));
                Connection connection = transport.equals("tcp") ? Connection.tcp() : Connection.unix();
                GuestMemory memory = TestGuest.memory(new PageSize(pageShift), BLOCK_BYTES)) {
            MigrationTarget target = MigrationTarget.into(memory, List.of(arrived));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));
            StreamRamSink sink = sink(guest).duplicates(duplicates).toSocket(connection.source());
            MigrationOutcome outcome = new Attempt(guest, sink).run();

            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
            MigrationResult result = result(received);
            assertThat(result.isCommitted()).isTrue();
            guest.assertEquals(memory);
            assertThat(arrived.sameState(device)).isTrue();
            ReceiveStatistics statistics = result.statistics();
            assertThat(statistics.transferredBytes()).isEqualTo(sink.transferredBytes());
            assertThat(statistics.normalPages()).isEqualTo(sink.normalPages());
            assertThat(statistics.duplicatePages()).isEqualTo(sink.duplicatePages());
        }
    }

    @Test
    void guestTravelsThroughAPipeWithoutAnybodyConfirming() throws Exception {
        TestDevice arrived = device.twin();
        try (TestGuest guest = guest(PageSize.KIB_4)) {
            Pipe pipe = Pipe.open();
            MigrationTarget target = MigrationTarget.creating(
                    (pageSize, blocks) -> TestGuest.memory(pageSize, BLOCK_BYTES), 3 * BLOCK_BYTES, List.of(arrived));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(pipe.source(), "a pipe"));
            MigrationOutcome outcome = new Attempt(guest, sink(guest).toChannel(pipe.sink(), "a pipe")).run();

            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
            MigrationResult result = result(received);
            assertThat(result.isCommitted()).isTrue();
            try (GuestMemory memory = result.memory()) {
                guest.assertEquals(memory);
            }
        }
    }

    @Test
    void slowReceiverNeverHoldsUpASlice() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            MigrationTarget target = MigrationTarget.into(memory, List.of(device.twin()));
            ReadableByteChannel slow = new SlowChannel(connection.destination());
            FutureTask<MigrationResult> received =
                    inBackground(() -> target.receive(slow, "slow", connection.destination()));
            Attempt attempt = new Attempt(guest, sink(guest).toSocket(connection.source()));

            assertThat(attempt.run().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(result(received).isCommitted()).isTrue();
            guest.assertEquals(memory);
            assertThat(attempt.longestSliceNanos()).isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    @Test
    void guestIsNotStoppedForADestinationThatHasConnectedAndDoesNotReadYet() throws Exception {
        long fitsIntoBuffers = 32 << 10;
        try (TestGuest guest = new TestGuest(PageSize.KIB_4, fitsIntoBuffers, seed);
                Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, fitsIntoBuffers)) {
            MigrationParameters promised = MigrationParameters.of(0, TimeUnit.SECONDS.toNanos(1))
                    .with(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, 1L << 40);
            Attempt attempt = new Attempt(guest, sink(guest).toSocket(connection.source()), promised);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400);
            while (System.nanoTime() < end) {
                int ignored = attempt.slice();
                assertThat(guest.isPauseRequested()).isFalse();
                LockSupport.parkNanos(100_000);
            }
            MigrationTarget target = MigrationTarget.into(memory, List.of(device.twin()));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));

            assertThat(attempt.run().status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(result(received).isCommitted()).isTrue();
            guest.assertEquals(memory);
        }
    }

    @Test
    void cancelIsPromptWhileTheReceiverHasStalledCompletely() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                Connection connection = Connection.tcp()) {
            Attempt attempt = new Attempt(guest, sink(guest).toSocket(connection.source()));
            int idleSlices = 0;
            while (idleSlices < 100) {
                idleSlices = attempt.slice() == 0 ? idleSlices + 1 : 0;
                LockSupport.parkNanos(10_000);
            }
            attempt.agent.control().cancel();
            attempt.slice();

            assertThat(attempt.agent.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(attempt.longestSliceNanos()).isLessThan(TimeUnit.SECONDS.toNanos(2));
            assertThat(guest.isPauseRequested()).isFalse();
        }
    }

    @Test
    void destinationThatClosesAnywhereFailsTheAttemptAndTheNextSucceeds() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (TestGuest guest = guest(PageSize.KIB_4)) {
            for (int i = 0; i < 10; i++) {
                long position = i == 0 ? 0 : random.nextLong(3L << 20);
                try (Connection connection = i % 2 == 0 ? Connection.tcp() : Connection.unix()) {
                    FutureTask<Void> closed = inBackground(() -> readAndClose(connection.destination(), position));
                    MigrationOutcome outcome = new Attempt(guest, sink(guest).toSocket(connection.source())).run();

                    result(closed);
                    assertThat(outcome.status())
                            .as("seed %d, at %d: %s", seed, position, outcome)
                            .isEqualTo(MigrationStatus.FAILED);
                    assertThat(outcome.guestAt()).isEqualTo(GuestAt.SOURCE);
                    assertThat(outcome.message()).contains("stream to ").containsPattern("after \\d+ bytes: .+");
                    assertThat(guest.isPauseRequested()).isFalse();
                }
            }
            assertMigrates(guest);
        }
    }

    private void assertMigrates(TestGuest guest) throws Exception {
        try (Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            MigrationTarget target = MigrationTarget.into(memory, List.of(device.twin()));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));
            MigrationOutcome outcome = new Attempt(guest, sink(guest).toSocket(connection.source())).run();
            assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(result(received).isCommitted()).isTrue();
            guest.assertEquals(memory);
        }
    }

    private static Void readAndClose(SocketChannel channel, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        for (long left = bytes; left > 0; ) {
            int read = channel.read(buffer.clear().limit((int) Math.min(left, buffer.capacity())));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        channel.close();
        return null;
    }

    @Test
    void destinationThatRefusesTellsTheSourceWhy() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                GuestMemory otherLength = TestGuest.memory(PageSize.KIB_4, 2 * BLOCK_BYTES)) {
            assertRefused(guest, MigrationTarget.into(otherLength, List.of(device.twin())), "ram-low")
                    .contains(Long.toString(BLOCK_BYTES), Long.toString(2 * BLOCK_BYTES));
        }
        try (TestGuest guest = guest(PageSize.KIB_4);
                GuestMemory otherPages = TestGuest.memory(PageSize.MIB_2, BLOCK_BYTES)) {
            assertRefused(guest, MigrationTarget.into(otherPages, List.of(device.twin())), "pages of 4096 bytes");
        }
        try (TestGuest guest = guest(PageSize.KIB_4);
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            assertRefused(guest, MigrationTarget.into(memory, List.of()), "no such device here: cpu instance 1");
            TestDevice other = new TestDevice("disk", 0, 1, new byte[8]);
            assertRefused(
                    guest, MigrationTarget.into(memory, List.of(device.twin(), other)), "without the state of disk");
            TestDevice small = new TestDevice("cpu", 1, 7, new byte[8]);
            assertRefused(guest, MigrationTarget.into(memory, List.of(small)), "bytes of state, more than 8");
        }
    }

    @Test
    void memoryBeyondTheLimitIsRefusedBeforeAnythingIsMapped() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4)) {
            MigrationTarget target = MigrationTarget.creating(
                    (pageSize, blocks) -> {
                        throw new AssertionError("asked for memory");
                    },
                    3 * BLOCK_BYTES - 1,
                    List.of(device.twin()));
            assertRefused(guest, target, "the limit here is " + (3 * BLOCK_BYTES - 1));
        }
    }

    private AbstractStringAssert<?> assertRefused(TestGuest guest, MigrationTarget target, String why)
            throws Exception {
        try (Connection connection = Connection.tcp()) {
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));
            MigrationOutcome outcome = new Attempt(guest, sink(guest).toSocket(connection.source())).run();
            assertThat(failure(received)).hasMessageContaining(why);
            assertThat(outcome.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(guest.isPauseRequested()).isFalse();
            return assertThat(outcome.message()).contains("the destination refused", why);
        }
    }

    @Test
    void garbageOnTheReturnPathFailsTheAttempt() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                Connection connection = Connection.tcp()) {
            connection.destination().write(ByteBuffer.wrap("HTTP/1.1 400".getBytes(StandardCharsets.US_ASCII)));
            MigrationOutcome outcome = new Attempt(guest, sink(guest).toSocket(connection.source())).run();

            assertThat(outcome.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(outcome.message()).contains("the destination sent a message of type 18516");
        }
    }

    @Test
    void destinationDoesNotRunAGuestThatTheSourceDidNotGiveUp() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                Connection connection = Connection.tcp();
                GuestMemory memory = TestGuest.memory(PageSize.KIB_4, BLOCK_BYTES)) {
            MigrationTarget target = MigrationTarget.into(memory, List.of(device.twin()));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));
            StreamRamSink sink = sink(guest).toSocket(connection.source());
            sendEverything(guest, sink);
            sink.abort();

            MigrationResult result = result(received);
            assertThat(result.isCommitted()).isFalse();
            assertThat(result.whyNotCommitted()).contains("it may be running there");
        }
    }

    private static void sendEverything(TestGuest guest, StreamRamSink sink) throws IOException {
        sendPages(guest, sink);
        while (!sink.finish()) {
            LockSupport.parkNanos(10_000);
        }
    }

    private static void sendPages(TestGuest guest, StreamRamSink sink) throws IOException {
        while (!sink.begin()) {
            LockSupport.parkNanos(10_000);
        }
        for (RamBlock block : guest.memory.blocks()) {
            for (long page = block.firstPage(); page < block.endPage(); ) {
                page += sink.offer(block, page, block.endPage() - page);
            }
        }
    }

    @Test
    void sourceThatDiesFailsTheDestinationWhichReleasesItsMemory() throws Exception {
        try (TestGuest guest = guest(PageSize.KIB_4);
                Connection connection = Connection.tcp()) {
            GuestMemory[] made = new GuestMemory[1];
            MigrationTarget target = MigrationTarget.creating(
                    (pageSize, blocks) -> made[0] = TestGuest.memory(pageSize, BLOCK_BYTES),
                    3 * BLOCK_BYTES,
                    List.of(device.twin()));
            FutureTask<MigrationResult> received = inBackground(() -> target.receive(connection.destination()));
            StreamRamSink sink = sink(guest).toSocket(connection.source());
            sendPages(guest, sink);
            sink.abort();

            assertThat(failure(received)).hasMessageNotContaining("null");
            RamBlock block = made[0].blocks().getFirst();
            assertThatThrownBy(() -> block.segment().get(ValueLayout.JAVA_BYTE, 0))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(connection.destination().isOpen()).isFalse();
        }
    }

    /** Reads 64 KiB and rests. */
    private record SlowChannel(SocketChannel channel) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            LockSupport.parkNanos(1_000_000);
            int limit = target.limit();
            target.limit(target.position() + Math.min(target.remaining(), 64 << 10));
            int read = channel.read(target);
            target.limit(limit);
            if (read < 0) {
                throw new EOFException();
            }
            return read;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
