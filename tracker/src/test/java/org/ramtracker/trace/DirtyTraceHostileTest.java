package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a file is said in one line with the file and the place, and never taken for a trace. */
final class DirtyTraceHostileTest {
    private static final int EPOCHS = 20;

    @TempDir
    private Path directory;

    private Path file;
    private byte[] whole;

    @BeforeEach
    void record() throws IOException {
        Path good = directory.resolve("good");
        try (DirtyTraceWriter writer = TraceFixtures.begun(good)) {
            Random random = new Random(11);
            for (int i = 0; i < EPOCHS; i++) {
                TraceFixtures.appendEpoch(writer, random);
            }
        }
        whole = Files.readAllBytes(good);
        file = directory.resolve("bad");
    }

    @Test
    void anyTruncationIsRecognised() throws IOException {
        for (int length = 0; length < whole.length; length += length < 200 ? 1 : 37) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::readAll)
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(TraceException.class)
                    .hasMessageStartingWith(file + ": byte ");
        }
    }

    @Test
    void anyDamagedByteIsRecognised() throws IOException {
        for (int i = 0; i < whole.length; i += i < 400 ? 1 : 13) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x55;
            Files.write(file, damaged);
            assertThatThrownBy(this::readAll)
                    .as("byte %d damaged", i)
                    .isInstanceOf(TraceException.class)
                    .hasMessageStartingWith(file + ": byte ");
        }
    }

    /** Whoever reads it makes room for it. */
    @Test
    void payloadThatNoSetOfSoManyPagesTakesIsRefused() throws IOException {
        MemorySegment bytes = MemorySegment.ofBuffer(
                ByteBuffer.allocateDirect(whole.length).put(whole).flip());
        EpochIndex indexOfOnePage =
                new EpochIndex(file, TraceHeader.read(file, bytes).headerBytes(), 1);

        assertThatThrownBy(() -> indexOfOnePage.extend(bytes))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("no set of this guest's pages takes more than");
    }

    @Test
    void randomDamageNeverEscapesAsAnotherError() throws IOException {
        long seed = 5;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            fixChecksums(damaged);
            Files.write(file, damaged);
            try {
                readAll();
            } catch (TraceException e) {
                assertThat(e).as("seed %d, round %d", seed, round).hasMessageStartingWith(file + ": byte ");
            }
        }
    }

    @Test
    void emptyFileIsNoTrace() throws IOException {
        Files.write(file, new byte[0]);
        assertThatThrownBy(this::readAll)
                .hasMessage(file + ": byte 0: the file is empty, so it is no dirty trace; name one that was recorded");
    }

    @Test
    void foreignFileIsNoTrace() throws IOException {
        Files.writeString(file, "#!/bin/sh\necho this is a shell script, not a trace\n");
        assertThatThrownBy(this::readAll)
                .hasMessage(
                        file
                                + ": byte 0: begins with 0x732f6e69622f2123, so it is no dirty trace; name one that was recorded");
    }

    @Test
    void otherByteOrderIsNamed() throws IOException {
        ByteBuffer swapped = ByteBuffer.wrap(whole.clone()).order(ByteOrder.nativeOrder());
        swapped.putLong(0, Long.reverseBytes(swapped.getLong(0)));
        Files.write(file, swapped.array());
        assertThatThrownBy(this::readAll).hasMessageContaining("byte 0: recorded on a machine of the other byte order");
    }

    @Test
    void laterVersionIsNamed() throws IOException {
        whole[TraceHeaderDescriptor.VERSION_OFFSET] = 2;
        Files.write(file, whole);
        assertThatThrownBy(this::readAll).hasMessage(file + ": byte 24: version 2, this program reads version 1");
    }

    @Test
    void traceWithoutAnEpochIsEmpty() throws IOException {
        TraceFixtures.begun(file).close();
        assertThatThrownBy(this::readAll)
                .hasMessage("%s: byte %d: the trace is empty: it ends before the first epoch"
                        .formatted(file, Files.size(file)));
    }

    @Test
    void epochsOutOfOrderAreNamed() throws IOException {
        int[] entries = entryOffsets();
        int last = entries[entries.length - 1];
        int middle = entries[entries.length - 2];
        ByteBuffer swapped = ByteBuffer.wrap(whole.clone());
        swapped.put(middle, whole, last, whole.length - last);
        swapped.put(middle + whole.length - last, whole, middle, last - middle);
        Files.write(file, swapped.array());
        assertThatThrownBy(this::readAll)
                .hasMessageStartingWith(
                        file + ": byte " + (middle + 16) + ": epochs out of order: number 18 starts at ");
    }

    @Test
    void cutTraceSaysWhereItEnds() throws IOException {
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(this::readAll)
                .hasMessage("%s: byte %d: cut short: the trace has %d bytes, the file ends here; copy it again"
                        .formatted(file, whole.length - 1, whole.length));
    }

    @Test
    void whatFollowsTheEndOfAnEndedTraceIsRefused() throws IOException {
        Files.write(file, Arrays.copyOf(whole, whole.length + 100));
        assertThatThrownBy(this::readAll)
                .hasMessage("%s: byte %d: the trace ends here, but 100 bytes follow that are none of it; copy it again"
                        .formatted(file, whole.length));
    }

    @Test
    void fieldThatSaysNeitherEndedNorNotIsRefused() throws IOException {
        whole[TraceHeaderDescriptor.ENDED_PADDING_OFFSET] ^= 0x40;
        Files.write(file, whole);
        assertThatThrownBy(this::readAll)
                .hasMessage(file + ": byte 20: 0x40 where zeros belong; it is damaged; copy it again");
    }

    @Test
    void pagesBeyondTheRamAreRefusedAlthoughTheChecksumIsRight() throws IOException {
        int last = entryOffsets()[EPOCHS + 2];
        ByteBuffer entry = ByteBuffer.wrap(whole).order(ByteOrder.nativeOrder());
        entry.put(last + TraceEntryDescriptor.ENCODING_OFFSET, (byte) PageSetEncoding.RUNS);
        entry.put(last + TraceEntryDescriptor.PAYLOAD_OFFSET, new byte[] {(byte) 0xff, (byte) 0xff, 0x7f, 0});
        fixChecksums(whole);
        Files.write(file, whole);
        assertThatThrownBy(this::readAll)
                .hasMessage("%s: byte %d: pages [1048575, 1048577) are outside of the 1256 pages of RAM"
                        .formatted(file, last + TraceEntryDescriptor.PAYLOAD_OFFSET));
    }

    private void readAll() throws IOException {
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            EpochCursor epoch = trace.cursor();
            while (epoch.next()) {
                long ignored = TraceFixtures.pagesOf(epoch).cardinality();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private int[] entryOffsets() {
        ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.nativeOrder());
        int[] offsets = new int[EPOCHS + 3];
        int offset = bytes.getInt(TraceHeaderDescriptor.HEADER_BYTES_OFFSET);
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset;
            offset += bytes.getInt(offset + TraceEntryDescriptor.LENGTH_OFFSET);
        }
        return offsets;
    }

    /** What somebody does who means it. */
    private static void fixChecksums(byte[] trace) {
        ByteBuffer bytes = ByteBuffer.wrap(trace).order(ByteOrder.nativeOrder());
        int offset = bytes.getInt(TraceHeaderDescriptor.HEADER_BYTES_OFFSET);
        while (offset > 0 && offset <= trace.length - TraceEntryDescriptor.PAYLOAD_OFFSET) {
            int length = bytes.getInt(offset + TraceEntryDescriptor.LENGTH_OFFSET);
            if (length <= TraceEntryDescriptor.PAYLOAD_OFFSET || length > trace.length - offset) {
                return;
            }
            CRC32C crc = new CRC32C();
            crc.update(trace, offset + TraceEntryDescriptor.LENGTH_OFFSET, length - TraceEntryDescriptor.LENGTH_OFFSET);
            bytes.putInt(offset, (int) crc.getValue());
            offset += length;
        }
    }
}
