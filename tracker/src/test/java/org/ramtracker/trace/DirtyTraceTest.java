package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ramtracker.trace.TraceFixtures.EPOCH_NANOS;
import static org.ramtracker.trace.TraceFixtures.LAYOUT;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.PageBitmap;

final class DirtyTraceTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("trace");
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Random model = new Random(7);
        write(500, new Random(7));
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(trace.layout()).isEqualTo(LAYOUT);
            assertThat(trace.epochNanos()).isEqualTo(EPOCH_NANOS);
            assertThat(trace.createdAtEpochMillis()).isEqualTo(1_700_000_000_000L);
            assertThat(trace.kinds()).isEqualTo(new PageKinds(100, 7, 1093, TraceFixtures.COMPRESSION));
            assertThat(trace.epochs()).isEqualTo(500);
            EpochCursor epoch = trace.cursor();
            for (int i = 0; i < 500; i++) {
                assertThat(epoch.next()).isTrue();
                assertThat(epoch.lengthNanos()).isEqualTo(EPOCH_NANOS + i);
                assertThat(epoch.startNanos()).isEqualTo(i * EPOCH_NANOS + i * (i - 1L) / 2);
                assertThat(epoch.syncNanos()).isEqualTo(1000);
                assertEpoch(epoch, i, model);
            }
            assertThat(epoch.next()).isFalse();
            assertThat(trace.durationNanos()).isEqualTo(epoch.endNanos());
        }
    }

    private static void assertEpoch(EpochCursor epoch, int index, Random model) {
        BitSet expected = new BitSet();
        expected.set(index % 200);
        TraceFixtures.randomRuns(model).stream().forEach(page -> expected.set(256 + page));
        long count = epoch.pages();
        assertThat(TraceFixtures.pagesOf(epoch)).as("epoch " + index).isEqualTo(expected);
        assertThat(count).isEqualTo(expected.cardinality());
    }

    @Test
    void pageKindsSayWhichPages() throws IOException {
        write(1, new Random(1));
        try (DirtyTrace trace = DirtyTrace.open(file);
                PageBitmap zero = new PageBitmap(LAYOUT.pages());
                PageBitmap duplicate = new PageBitmap(LAYOUT.pages())) {
            trace.addZeroPagesTo(zero);
            trace.addDuplicatePagesTo(duplicate);
            assertThat(TraceFixtures.pagesOf(zero)).isEqualTo(bits(0, 100));
            assertThat(TraceFixtures.pagesOf(duplicate)).isEqualTo(bits(300, 307));
        }
    }

    private static BitSet bits(int from, int to) {
        BitSet bits = new BitSet();
        bits.set(from, to);
        return bits;
    }

    @Test
    void epochOfAMomentIsTheOneThatHoldsIt() throws IOException {
        write(100, new Random(1));
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            EpochCursor epoch = trace.cursor();
            while (epoch.next()) {
                assertThat(trace.epochAt(epoch.startNanos())).isEqualTo(epoch.index());
                assertThat(trace.epochAt(epoch.endNanos() - 1)).isEqualTo(epoch.index());
            }
            assertThatThrownBy(() -> trace.epochAt(trace.durationNanos()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> trace.epochAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void cursorMovesToAnyEpochAndBack() throws IOException {
        write(10, new Random(1));
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            EpochCursor epoch = trace.cursor();
            epoch.moveTo(7);
            assertThat(epoch.lengthNanos()).isEqualTo(EPOCH_NANOS + 7);
            epoch.rewind();
            assertThat(epoch.next()).isTrue();
            assertThat(epoch.index()).isZero();
            assertThatThrownBy(() -> epoch.moveTo(10)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void growsWhileItIsRead() throws IOException {
        try (DirtyTraceWriter writer = TraceFixtures.begun(file)) {
            Random random = new Random(3);
            TraceFixtures.appendEpoch(writer, random);
            try (DirtyTrace trace = DirtyTrace.open(file)) {
                assertThat(trace.ended()).isFalse();
                EpochCursor epoch = trace.cursor();
                assertThat(epoch.next()).isTrue();
                assertThat(epoch.next()).isFalse();
                TraceFixtures.appendEpoch(writer, random);
                TraceFixtures.appendEpoch(writer, random);
                assertThat(trace.refresh()).isEqualTo(2);
                assertThat(epoch.next()).isTrue();
                assertThat(epoch.startNanos()).isEqualTo(EPOCH_NANOS);
                writer.close();
                assertThat(trace.refresh()).isZero();
                assertThat(trace.ended()).isTrue();
                assertThat(epoch.nextRun()).as("a cursor stays where it is").isTrue();
            }
        }
    }

    @Test
    void endedTraceIsAsLongAsItsFile() throws IOException {
        long length;
        try (DirtyTraceWriter writer = TraceFixtures.begun(file)) {
            TraceFixtures.appendEpoch(writer, new Random(1));
            length = writer.lengthBytes();
        }
        assertThat(Files.size(file)).isEqualTo(length);
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(trace.ended()).isTrue();
            assertThat(trace.uncommittedBytes()).isZero();
            assertThat(trace.lengthBytes()).isEqualTo(length);
        }
    }

    @Test
    void existingFileIsLeftAsItIs() throws IOException {
        Files.writeString(file, "precious");
        assertThatThrownBy(() -> TraceFixtures.begun(file))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(file + ": already there; remove it or name another trace");
        assertThat(file).hasContent("precious");
    }

    @Test
    void writerWantsToBeBegunOnceAndFirst() throws IOException {
        try (DirtyTraceWriter writer = DirtyTraceWriter.create(file, LAYOUT, EPOCH_NANOS, 0)) {
            assertThatIllegalStateException().isThrownBy(() -> writer.append(1, 0));
        }
        Files.delete(file);
        try (DirtyTraceWriter writer = TraceFixtures.begun(file);
                PageBitmap none = new PageBitmap(LAYOUT.pages())) {
            assertThatIllegalStateException().isThrownBy(() -> writer.begin(none, none, TraceFixtures.COMPRESSION));
            assertThatThrownBy(() -> writer.append(0, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void figuresOfATraceAreCounted() throws IOException {
        try (DirtyTraceWriter writer = TraceFixtures.begun(file)) {
            writer.pages().add(0, 10);
            writer.append(1_000_000_000, 1);
            writer.pages().add(5, 25);
            writer.append(500_000_000, 1);
        }
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            RecordingStats stats = RecordingStats.of(trace);
            assertThat(stats).isEqualTo(new RecordingStats(2, 1_500_000_000, 35, 30, 50, trace.lengthBytes(), 0));
            assertThat(stats.meanPagesPerSecond()).isEqualTo(23);
        }
    }

    private void write(int epochs, Random random) throws IOException {
        try (DirtyTraceWriter writer = TraceFixtures.begun(file)) {
            for (int i = 0; i < epochs; i++) {
                TraceFixtures.appendEpoch(writer, random);
            }
        }
    }
}
