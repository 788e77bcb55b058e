package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;

/** What the writer writes, the reader loads. */
class RamStreamRoundTripTest {
    private static final int DEVICE_BYTES = 100;

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 21})
    void everyPageArrivesWhateverThePageSize(int pageBits) throws IOException {
        PageSize pageSize = new PageSize(pageBits);
        try (GuestMemory source = filled(pageSize);
                LoadingHandler target = new LoadingHandler().knowing("guest", DEVICE_BYTES)) {
            byte[] stream = write(source);
            StreamOutcome outcome =
                    new RamStreamReader(Channels.newChannel(new ByteArrayInputStream(stream)), "test", target).read();
            assertThat(outcome).isEqualTo(StreamOutcome.COMPLETE);
            for (RamBlock block : source.blocks()) {
                assertThat(target.block(block.idstr()).segment().mismatch(block.segment()))
                        .as(block.idstr())
                        .isEqualTo(-1);
            }
            assertThat(target.pages).isEqualTo(5 + 3);
        }
    }

    private static GuestMemory filled(PageSize pageSize) throws IOException {
        GuestMemory memory = GuestMemory.builder(pageSize)
                .block("low", 0, pageSize.toBytes(5), new Backing.Anonymous())
                .block("high", 1L << 32, pageSize.toBytes(3), new Backing.Anonymous())
                .build();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(pageSize.shift());
        for (RamBlock block : memory.blocks()) {
            long last = block.usedLengthBytes() - pageSize.bytes();
            for (long at = 0; at < last; at += Long.BYTES) {
                block.segment().set(JAVA_LONG, at, random.nextLong());
            }
            block.segment().asSlice(last).fill((byte) block.index());
        }
        return memory;
    }

    private static byte[] write(GuestMemory source) throws IOException {
        PageSize pageSize = source.pageSize();
        ByteBuffer staging = ByteBuffer.allocateDirect(RamStreamWriter.pageBytesMax(pageSize) + 1024);
        RamStreamWriter writer = new RamStreamWriter(staging, pageSize);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        writer.header(StreamConfiguration.of("ramtracker-1", pageSize));
        writer.startRam(7, source.blocks());
        for (RamBlock block : source.blocks()) {
            writer.beginPart();
            writePages(writer, block, pageSize, staging, stream);
            writer.endSection();
        }
        writer.beginEnd();
        writer.endSection();
        writer.deviceSection(8, "guest", 0, 1, ByteBuffer.allocate(DEVICE_BYTES));
        writer.eof();
        VmDescription.Field field = new VmDescription.Field("state", "buffer", DEVICE_BYTES);
        writer.vmDescription(
                new VmDescription(pageSize, List.of(new VmDescription.Device("guest", 0, 1, List.of(field)))));
        drain(staging, stream);
        return stream.toByteArray();
    }

    private static void writePages(
            RamStreamWriter writer,
            RamBlock block,
            PageSize pageSize,
            ByteBuffer staging,
            ByteArrayOutputStream stream) {
        PageClassifier classifier = new PageClassifier(pageSize, DuplicateBytes.ANY);
        for (long at = 0; at < block.usedLengthBytes(); at += pageSize.bytes()) {
            int fill = classifier.classify(block.segment(), at);
            if (fill == PageClassifier.NORMAL) {
                writer.normalPage(block, at);
            } else {
                writer.duplicatePage(block, at, fill);
            }
            drain(staging, stream);
        }
    }

    private static void drain(ByteBuffer staging, ByteArrayOutputStream stream) {
        byte[] bytes = new byte[staging.flip().remaining()];
        staging.get(bytes);
        stream.writeBytes(bytes);
        staging.clear();
    }
}
