package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.stream.MultifdInitialDescriptor;

/** A channel that fails fails the migration in one line on both sides; the guest goes on at the source, and can be moved later. */
class ChannelFailureTest {
    private ChannelWorld world;

    @BeforeEach
    void connectTwoChannels() throws IOException {
        world = new ChannelWorld();
        world.connect(2, true);
    }

    @AfterEach
    void closeAll() throws IOException {
        world.close();
    }

    private Attempt attempt() {
        return new Attempt(world.guest, world.sink(Compression.NONE));
    }

    private void assertGoesOnAtTheSource(MigrationOutcome outcome, String why) throws Exception {
        assertThat(outcome.status()).as("%s", outcome).isEqualTo(MigrationStatus.FAILED);
        assertThat(outcome.guestAt()).isEqualTo(MigrationOutcome.GuestAt.SOURCE);
        assertThat(outcome.warningOrReason().orElseThrow()).doesNotContain("\n").containsPattern(why);
        assertThat(world.guest.isPauseRequested()).isFalse();
        world.assertNextAttemptSucceeds();
    }

    private static String reason(FutureTask<?> failed) throws Exception {
        try {
            throw new AssertionError("did not fail: " + failed.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
            assertThat(e.getCause().getMessage()).doesNotContain("\n");
            return e.getCause().getMessage();
        }
    }

    /** What the destination, or something in between, does to a channel. */
    enum Fault {
        CLOSED,
        RESET,
        GARBAGE,
        WRONG_VERSION,
        WRONG_UUID,
        WRONG_NUMBER,
        NUMBER_TWICE,
        MISSING
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void channelThatIsWrongFromTheStartIsNamedOnBothSides(Fault fault) throws Exception {
        try (Connection other = Connection.tcp()) {
            List<SocketChannel> from = new ArrayList<>(world.destinations());
            spoil(fault, from, other);
            FutureTask<MigrationResult> received = world.receive(from);
            MigrationOutcome outcome = attempt().run();

            assertThat(reason(received)).containsPattern(expected(fault));
            assertGoesOnAtTheSource(outcome, expected(fault));
        }
    }

    private static void spoil(Fault fault, List<SocketChannel> from, Connection other) throws IOException {
        switch (fault) {
            case CLOSED -> from.get(1).shutdownInput();
            case MISSING -> from.clear();
            case RESET -> {
                say(other, initial(ChannelWorld.GUEST, 1));
                reset(other.source());
            }
            case GARBAGE -> say(other, ByteBuffer.allocate(2000).putInt(4, 0x51455648));
            case WRONG_VERSION -> say(other, initial(ChannelWorld.GUEST, 1).putInt(4, 2));
            case WRONG_UUID -> say(other, initial(new UUID(3, 4), 1));
            case WRONG_NUMBER -> {
                say(other, initial(ChannelWorld.GUEST, 2));
                say(other, sync());
            }
            case NUMBER_TWICE -> {
                say(other, initial(ChannelWorld.GUEST, 0));
                say(other, sync());
            }
        }
        if (fault != Fault.CLOSED && fault != Fault.MISSING) {
            from.set(1, other.destination());
        }
    }

    private static void reset(SocketChannel end) throws IOException {
        end.setOption(StandardSocketOptions.SO_LINGER, 0);
        end.close();
    }

    private static void say(Connection other, ByteBuffer bytes) throws IOException {
        other.source().write(bytes.rewind());
    }

    private static ByteBuffer initial(UUID uuid, int id) {
        ByteBuffer packet = ByteBuffer.allocate(MultifdInitialDescriptor.LENGTH_BYTES);
        MultifdInitialDescriptor.put(packet, uuid, id);
        return packet;
    }

    private static ByteBuffer sync() {
        return ByteBuffer.allocate(1344).putInt(0, 0x11223344).putInt(4, 1).putInt(8, 1);
    }

    private static String expected(Fault fault) {
        return switch (fault) {
            case CLOSED -> "at byte 0 .* truncated";
            case RESET -> "channel (1|\\?) from .*, after (0|64) bytes: Connection reset";
            case WRONG_VERSION -> "not a page channel: begins with 0x11223344, version 2";
            case MISSING -> "the source sends pages on channels of their own, but none are awaited here";
            case GARBAGE -> "not a page channel: begins with 0x00000000";
            case WRONG_UUID -> "channel 1 from .* it is one of guest 00000000-0000-0003-0000-000000000004";
            case WRONG_NUMBER -> "channel 2 from .* there are 2 channels, whose numbers are 0 to 1";
            case NUMBER_TWICE -> "channel 0 comes twice, from .* and from ";
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void channelThatBreaksBetweenPagesIsNamedOnBothSides(boolean withReset) throws Exception {
        FutureTask<MigrationResult> received = world.receive();
        Attempt attempt =
                new Attempt(world.guest, world.sink(Compression.NONE), MigrationParameters.of(4L << 20, 1_000_000));
        sliceFor(200, attempt);
        assertThat(attempt.agent.outcome()).isEmpty();
        SocketChannel broken = world.channels.get(1).destination();
        if (withReset) {
            reset(broken);
        } else {
            broken.close();
        }
        MigrationOutcome outcome = attempt.run();

        assertThat(reason(received)).contains("channel 1 from ");
        assertGoesOnAtTheSource(outcome, "channel 1 (from|to) ");
    }

    private static void sliceFor(long millis, Attempt attempt) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < until) {
            attempt.slice();
        }
    }

    @Test
    void failureIsNoticedWhileAnotherChannelIsAwaited() throws Exception {
        try (Connection silent = Connection.tcp();
                Connection other = Connection.tcp()) {
            say(other, ByteBuffer.allocate(MultifdInitialDescriptor.LENGTH_BYTES));
            FutureTask<MigrationResult> received = world.receive(List.of(silent.destination(), other.destination()));
            MigrationOutcome outcome = attempt().run();

            assertThat(reason(received)).contains("not a page channel");
            assertGoesOnAtTheSource(outcome, "not a page channel");
        }
    }

    /** Buffers are small, so that the thread of the second channel stands in a write that the destination never ends. */
    @Test
    void stalledChannelDoesNotHoldUpACancel() throws Exception {
        world.channels.get(1).source().setOption(StandardSocketOptions.SO_SNDBUF, 1 << 16);
        world.channels.get(1).destination().setOption(StandardSocketOptions.SO_RCVBUF, 1 << 16);
        try (Connection silent = Connection.tcp()) {
            FutureTask<MigrationResult> received =
                    world.receive(List.of(world.channels.get(0).destination(), silent.destination()));
            StreamRamSink sink = world.sink(Compression.NONE);
            Attempt attempt = new Attempt(world.guest, sink);
            sliceFor(300, attempt);
            assertThat(attempt.agent.outcome()).isEmpty();
            assertThat(sink.channels().get(1).transferredBytes()).isLessThan(ChannelWorld.BLOCK_BYTES / 4);
            attempt.agent.control().cancel();
            MigrationOutcome outcome = attempt.run();

            assertThat(outcome.status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(world.guest.isPauseRequested()).isFalse();
            silent.source().close();
            assertThat(reason(received)).contains("channel");
        }
        world.assertNextAttemptSucceeds();
    }
}
