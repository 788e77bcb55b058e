package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

class ComparisonTest {
    private static final long RAM_BYTES = 80L << 20;
    private static final ProcessCosts COSTS = new ProcessCosts(3, 4, 5, 6);
    private static final SelfCheckResult GOOD = new SelfCheckResult(true, "all well", 5);

    private GuestMemory source;
    private GuestMemory destination;
    private SocketChannel sourceEnd;
    private SocketChannel destinationEnd;

    @BeforeEach
    void makeTwoEqualMemories() throws IOException {
        source = Machine.memory(PageSize.KIB_4, RAM_BYTES);
        destination = Machine.memory(PageSize.KIB_4, RAM_BYTES);
        put(source, 0, 12_345, (byte) 7);
        put(destination, 0, 12_345, (byte) 7);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sourceEnd = SocketChannel.open(server.getLocalAddress());
            destinationEnd = server.accept();
        }
    }

    @AfterEach
    void release() throws IOException {
        sourceEnd.close();
        destinationEnd.close();
        source.close();
        destination.close();
    }

    private static void put(GuestMemory memory, int block, long offset, byte value) {
        MemorySegment segment = memory.blocks().get(block).segment();
        segment.set(ValueLayout.JAVA_BYTE, offset, value);
    }

    private CompletableFuture<Boolean> destinationReplies() {
        return CompletableFuture.supplyAsync(() -> {
            try (Peer peer = new Peer(destinationEnd)) {
                ComparisonReply reply = new ComparisonReply(peer, destination);
                boolean resumed = reply.isAccepted(BlockDigest.ofBlocks(destination));
                if (resumed) {
                    reply.report(GOOD, COSTS);
                }
                return resumed;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Verification compare() throws IOException {
        try (Peer peer = new Peer(sourceEnd)) {
            return new Comparison(peer, source, Duration.ofSeconds(1)).run();
        }
    }

    @Test
    void equalMemoriesAndAGoodSelfCheckAreVerified() throws IOException {
        CompletableFuture<Boolean> resumed = destinationReplies();

        Verification verification = compare();

        assertThat(verification.verdict()).isEqualTo(Verification.Verdict.VERIFIED);
        assertThat(verification.selfCheck()).contains(GOOD);
        assertThat(verification.digests()).extracting(BlockDigest::idstr).containsExactly("pc.ram", "vga.vram");
        assertThat(verification.pauseNanos()).isPositive();
        assertThat(resumed.join()).isTrue();
    }

    @Test
    void differingPagesAreCountedAndTheFirstIsNamedAndTheGuestStaysPaused() throws IOException {
        put(destination, 0, 70L << 20, (byte) 1);
        put(destination, 0, (70L << 20) + 4096 * 3, (byte) 1);
        CompletableFuture<Boolean> resumed = destinationReplies();

        Verification verification = compare();

        assertThat(verification.verdict()).isEqualTo(Verification.Verdict.MISMATCH);
        assertThat(verification.explanation())
                .isEqualTo("block pc.ram: 2 of 20480 pages differ from the paused source, the first is page 17920"
                        + " (offset 0x4600000)");
        assertThat(resumed.join()).isFalse();
    }

    @Test
    void aDifferenceInTheSecondBlockIsFoundToo() throws IOException {
        put(source, 1, 4095, (byte) 1);
        CompletableFuture<Boolean> resumed = destinationReplies();

        assertThat(compare().explanation()).startsWith("block vga.vram: 1 of 4096 pages");
        assertThat(resumed.join()).isFalse();
    }

    @Test
    void aDestinationThatGoesAwayIsNoSuccess() throws IOException {
        destinationEnd.close();

        assertThatThrownBy(this::compare).isInstanceOf(IOException.class).hasMessageContaining("closed the connection");
    }

    /** It has given the guest up, so the guest would run nowhere. */
    @Test
    void aSourceThatGoesAwayLeavesTheGuestToTheDestination() throws IOException {
        sourceEnd.close();
        try (Peer peer = new Peer(destinationEnd)) {
            ComparisonReply reply = new ComparisonReply(peer, destination);

            assertThat(reply.isAccepted(BlockDigest.ofBlocks(destination))).isTrue();
            reply.report(GOOD, COSTS);

            assertThat(reply.sourceLost()).isPresent();
        }
    }

    @Test
    void whatReceivingCostTravelsWithTheReport() throws IOException {
        Message.SelfChecked sent = new Message.SelfChecked(GOOD, Optional.of(COSTS));

        assertThat(Message.decode(Message.encode(sent))).isEqualTo(sent);
    }

    @Test
    void aReportCannotDriveTheTerminal() throws IOException {
        SelfCheckResult evil = new SelfCheckResult(false, "\u001b[2J\nfine", 5);

        Message.SelfChecked received =
                (Message.SelfChecked) Message.decode(Message.encode(new Message.SelfChecked(evil, Optional.empty())));

        assertThat(received.result().summary()).isEqualTo("?[2J?fine");
    }

    @Test
    void aDestinationThatTalksNonsenseIsRefusedInOneLine() throws IOException {
        destinationEnd.write(ByteBuffer.wrap("{\"digests\":[{\n".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(this::compare)
                .isInstanceOf(IOException.class)
                .hasMessage("the other end sent a report that cannot be read: {\"digests\":[{");
    }

    @Test
    void anEndlessLineIsRefused() throws IOException {
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            ByteBuffer noise = ByteBuffer.wrap("x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8));
            try {
                for (int i = 0; i <= Peer.LINE_BYTES_MAX >>> 16; i++) {
                    destinationEnd.write(noise.rewind());
                }
            } catch (IOException e) {
                // the source has hung up
            }
        });

        assertThatThrownBy(this::compare).hasMessageContaining("a line of more than");
        sourceEnd.close();
        flood.join();
    }
}
