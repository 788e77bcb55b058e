package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.trace.CompressionSample;
import org.ramtracker.trace.DirtyTraceWriter;
import org.ramtracker.trace.TraceException;
import org.ramtracker.trace.TraceLayout;

@Timeout(60)
class ReplayGuestTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int EPOCHS = 10;
    private static final long EPOCH_NANOS = 10_000_000;

    @TempDir
    private Path directory;

    private Path file;
    private GuestMemory memory;
    private DirtyBitmap marks;

    @BeforeEach
    void record() throws IOException {
        file = directory.resolve("trace");
        memory = Memories.several(PageSize.KIB_4);
        marks = new DirtyBitmap(memory.pages());
        write(0);
    }

    @AfterEach
    void free() {
        marks.close();
        memory.close();
    }

    /** Pages 7, 17, 27 .. of the first block in turn, and one of the last; the first 20 pages were zero, 10 more of one byte. */
    private void write(long createdAtEpochMillis) throws IOException {
        try (DirtyTraceWriter writer =
                        DirtyTraceWriter.create(file, TraceLayout.of(memory), EPOCH_NANOS, createdAtEpochMillis);
                PageBitmap zero = new PageBitmap(memory.pages());
                PageBitmap duplicate = new PageBitmap(memory.pages())) {
            zero.add(0, 20);
            duplicate.add(20, 10);
            writer.begin(zero, duplicate, new CompressionSample(1, 4096, 2048));
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                writer.pages().add(10 * epoch + 7, 1);
                writer.pages().add(memory.blocks().getLast().firstPage() + epoch, 1);
                writer.append(EPOCH_NANOS, 1000);
            }
        }
    }

    private GuestSpec spec(double speed) {
        return GuestSpec.replay(new ReplaySource(file, speed), 5);
    }

    private Guest create(double speed) throws IOException {
        return Guests.create(spec(speed), DirtySource.MARKS, memory, marks);
    }

    private static void runUntil(Guest guest, long steps) throws InterruptedException {
        guest.resume();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(SOON)
                .until(() -> guest.stats().steps() >= steps);
        guest.requestPause();
        assertThat(guest.awaitDrained(SOON)).isTrue();
    }

    @Test
    void writesThePagesOfTheTraceAndNoOthers() throws Exception {
        try (Guest guest = create(1);
                PageBitmap found = new PageBitmap(memory.pages())) {
            guest.start();
            runUntil(guest, 2 * EPOCHS);
            guest.dirtyLog().sync(found);
            BitSet expected = new BitSet();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                expected.set(10 * epoch + 7);
                expected.set((int) memory.blocks().getLast().firstPage() + epoch);
            }
            assertThat(BitSet.valueOf(found.words().toArray(ValueLayout.JAVA_LONG)))
                    .isEqualTo(expected);
            assertThat(guest.check().isGood()).as(guest.check().toString()).isTrue();
        }
    }

    @Test
    void memoryBeginsWithTheKindsThatWereRecorded() throws IOException {
        try (Guest guest = create(1)) {
            PageClassifier classifier = new PageClassifier(PageSize.KIB_4, DuplicateBytes.ANY);
            var first = memory.blocks().getFirst();
            for (long page = 0; page < first.pages(); page++) {
                int kind = classifier.classify(first.segment(), first.offsetBytesOf(page));
                assertThat(page < 20).as("zero page %d", page).isEqualTo(kind == 0);
                assertThat(page >= 30).as("normal page %d", page).isEqualTo(kind == PageClassifier.NORMAL);
            }
            assertThat(guest.stateLengthBytes()).isPositive();
        }
    }

    @Test
    void beginsAgainWhenTheTraceIsOver() throws Exception {
        try (Guest guest = create(50)) {
            guest.start();
            runUntil(guest, 5L * 2 * EPOCHS);
            assertThat(guest.check().isGood()).as(guest.check().toString()).isTrue();
        }
    }

    @Test
    void takesAsLongAsTheRecordingTook() throws Exception {
        try (Guest guest = create(0.5)) {
            long start = System.nanoTime();
            guest.start();
            runUntil(guest, 2 * EPOCHS);
            // the last write is due half a write's time before the end
            assertThat(System.nanoTime() - start).isGreaterThan(EPOCHS * EPOCH_NANOS * 3 / 2);
        }
    }

    @Test
    void destinationGoesOnWhereTheSourceStopped() throws Exception {
        try (Guest source = create(3)) {
            source.start();
            runUntil(source, 25);
            long steps = source.stats().steps();
            try (GuestMemory there = Memories.likeOf(memory);
                    DirtyBitmap theirMarks = new DirtyBitmap(there.pages());
                    Guest destination = Guests.load(source.saveState(), Optional.empty(), there, theirMarks)) {
                Memories.copy(memory, there);
                assertThat(destination.stats().steps()).isEqualTo(steps);
                destination.start();
                runUntil(destination, steps + 30);
                assertThat(destination.check().isGood())
                        .as(destination.check().toString())
                        .isTrue();
            }
        }
    }

    @Test
    void lostWriteIsFound() throws Exception {
        try (Guest guest = create(10)) {
            guest.start();
            runUntil(guest, 2 * EPOCHS);
            memory.blocks().getFirst().segment().asSlice(7 * 4096, 8).fill((byte) 0);
            assertThat(guest.check().isGood()).isFalse();
        }
    }

    @Test
    void destinationWithoutTheTraceRefuses() throws Exception {
        try (Guest source = create(1)) {
            source.start();
            runUntil(source, 3);
            byte[] state = source.saveState();
            Files.delete(file);
            assertThatThrownBy(() -> Guests.load(state, Optional.empty(), memory, marks))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "the guest replays %s, which cannot be read at the destination; copy the trace there",
                            file);
            write(1);
            assertThatThrownBy(() -> Guests.load(state, Optional.empty(), memory, marks))
                    .hasMessage(file + ": another trace than the one that the guest replays; copy the source's here");
        }
    }

    @Test
    void traceOfOtherMemoryIsRefused() throws IOException {
        try (GuestMemory other = GuestMemory.builder(PageSize.KIB_4)
                        .block("pc.ram", 0, 1 << 20, new Backing.Anonymous())
                        .build();
                DirtyBitmap theirMarks = new DirtyBitmap(other.pages())) {
            assertThatThrownBy(() -> Guests.create(spec(1), DirtySource.MARKS, other, theirMarks))
                    .isInstanceOf(TraceException.class)
                    .hasMessageStartingWith(
                            file + ": byte 32: a trace of pages of 4096 bytes, pc.ram at 0x0 with 131 pages")
                    .hasMessageEndingWith(
                            "which does not match a machine of pages of 4096 bytes, pc.ram at 0x0 with 256 pages");
        }
    }

    @Test
    void speedOutOfRangeIsRefused() {
        for (double speed : new double[] {0, -1, 1001, Double.NaN}) {
            assertThatThrownBy(() -> new ReplaySource(file, speed))
                    .hasMessageStartingWith(
                            "a replay at " + speed + " times the speed: choose more than 0, at most 1000");
        }
    }
}
