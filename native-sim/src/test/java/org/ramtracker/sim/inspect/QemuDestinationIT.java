package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdPacketWriter;
import org.ramtracker.stream.RamStreamWriter;

/**
 * A real QEMU loads what our writers put on page channels. Its devices' state, which nobody else can make, is taken from a stream of
 * the same QEMU, whose blocks our guest has as well.
 */
class QemuDestinationIT {
    /** The first with zero pages in packets. */
    private static final int QEMU_MAJOR = 9;

    private static final int CHANNELS = 2;
    private static final int RAM_SECTION_ID = 7;
    private static final int PAGE_BYTES = PageSize.KIB_4.bytes();
    private static final String RAM = "pc.ram";

    /** Up to 640 KiB and from 1 MiB on, guest addresses are offsets in pc.ram; between them are ROMs. */
    private static final long LOW_BYTES = 640 << 10;

    private static final long HIGH_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(1);
    private QemuTemplate template;
    private GuestMemory memory;

    @BeforeEach
    void takeTemplate() throws IOException, InterruptedException {
        Qemu.assumeAtLeast(QEMU_MAJOR);
        Path stream = directory.resolve("template");
        try (Qemu source = Qemu.start()) {
            source.ask("migrate -d \"exec:cat > " + stream + "\"");
            source.await("info migrate", "completed");
        }
        template = QemuTemplate.of(Files.readAllBytes(stream));
        GuestMemory.Builder builder = GuestMemory.builder(PageSize.KIB_4);
        long address = 0;
        for (QemuTemplate.Block block : template.blocks()) {
            builder.block(block.idstr(), address, block.lengthBytes(), new Backing.Anonymous());
            address += 1L << 32;
        }
        memory = builder.build();
        memory.blocks().forEach(this::fill);
    }

    @AfterEach
    void free() {
        if (memory != null) {
            memory.close();
        }
    }

    /** A third of the pages zero, the others half random and half text; other blocks than RAM have no zero pages. */
    private void fill(RamBlock block) {
        for (long at = 0; at < block.usedLengthBytes(); at += PAGE_BYTES) {
            if (!block.idstr().equals(RAM) || random.nextInt(3) > 0) {
                byte[] page = new byte[PAGE_BYTES];
                random.nextBytes(page);
                Arrays.fill(page, 1000, 3000, (byte) at);
                MemorySegment.copy(page, 0, block.segment(), ValueLayout.JAVA_BYTE, at, PAGE_BYTES);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelCompression.class)
    void qemuLoadsWhatItsOwnMethodSends(ChannelCompression method) throws IOException, InterruptedException {
        Path socket = directory.resolve("incoming");
        try (Qemu destination = Qemu.start("-incoming", "defer")) {
            destination.ask("migrate_set_capability multifd on");
            destination.ask("migrate_set_parameter multifd-channels " + CHANNELS);
            destination.ask(
                    "migrate_set_parameter multifd-compression " + method.name().toLowerCase(Locale.ROOT));
            destination.ask("migrate_incoming unix:" + socket);
            send(UnixDomainSocketAddress.of(socket), method);
            destination.await("info migrate", "completed");
            Path dump = directory.resolve("dump");
            RamBlock ram = memory.find(RAM).orElseThrow();
            destination.ask("pmemsave 0 %d \"%s\"".formatted(ram.usedLengthBytes(), dump));
            assertEqual(MemorySegment.ofArray(Files.readAllBytes(dump)), ram.segment(), ram.usedLengthBytes());
        }
    }

    private static void assertEqual(MemorySegment loaded, MemorySegment sent, long lengthBytes) {
        assertThat(MemorySegment.mismatch(loaded, 0, LOW_BYTES, sent, 0, LOW_BYTES))
                .isEqualTo(-1);
        assertThat(MemorySegment.mismatch(loaded, HIGH_BYTES, lengthBytes, sent, HIGH_BYTES, lengthBytes))
                .isEqualTo(-1);
    }

    private void send(UnixDomainSocketAddress address, ChannelCompression method)
            throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        try (SocketChannel main = SocketChannel.open(address)) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                byte[] bytes = channel(channel, method);
                SocketChannel connection = SocketChannel.open(address);
                threads.add(Thread.ofPlatform().start(() -> writeAndClose(connection, bytes)));
            }
            write(main, mainStream());
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    private static void writeAndClose(SocketChannel connection, byte[] bytes) {
        try (connection) {
            write(connection, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The channel's share of the pages; now and then it takes compression for not worth its time. */
    private byte[] channel(int channel, ChannelCompression method) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MultifdPacketWriter writer = new MultifdPacketWriter(PageSize.KIB_4, method, 1)) {
            append(out, writer.initial(new UUID(0, 0), channel));
            append(out, writer.sync(0));
            for (RamBlock block : memory.blocks()) {
                appendPages(out, writer, block, channel);
            }
            append(out, writer.sync(0));
        }
        return out.toByteArray();
    }

    private void appendPages(ByteArrayOutputStream out, MultifdPacketWriter writer, RamBlock block, int channel) {
        writer.begin(block);
        for (long at = (long) channel * PAGE_BYTES; at < block.usedLengthBytes(); at += (long) CHANNELS * PAGE_BYTES) {
            if (block.segment().get(ValueLayout.JAVA_LONG, at) == 0) {
                writer.zeroPage(at);
            } else {
                writer.normalPage(at);
            }
            if (writer.isFull() || random.nextInt(50) == 0) {
                append(out, random.nextInt(3) == 0 ? writer.encodeStored(at) : writer.encode(at));
                writer.begin(block);
            }
        }
        append(out, writer.encode(0));
    }

    private byte[] mainStream() {
        ByteBuffer staging = ByteBuffer.allocateDirect(64 << 10);
        RamStreamWriter writer = new RamStreamWriter(staging, PageSize.KIB_4);
        writer.header(template.configuration());
        writer.beginStartRam(RAM_SECTION_ID, memory.blocks());
        writer.multifdFlush();
        writer.endSection();
        writer.beginEnd();
        writer.multifdFlush();
        writer.endSection();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        append(out, staging.flip());
        append(out, template.devices());
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        out.writeBytes(copy);
    }
}
