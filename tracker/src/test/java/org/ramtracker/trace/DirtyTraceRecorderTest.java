package org.ramtracker.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

final class DirtyTraceRecorderTest {
    private static final long EPOCH_NANOS = 1_000_000;

    @TempDir
    private Path directory;

    private Path file;
    private GuestMemory memory;
    private DirtyBitmap marks;
    private long nowNanos = 123;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("trace");
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 4000 * 4096L, new Backing.Anonymous())
                .block("vga", 0xfd00_0000L, 100 * 4096L, new Backing.Anonymous())
                .build();
        marks = new DirtyBitmap(memory.pages());
    }

    @AfterEach
    void free() {
        marks.close();
        memory.close();
    }

    @Test
    void everyEpochHasThePagesMarkedInIt() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        BitSet[] written = new BitSet[50];
        try (DirtyTraceRecorder recorder = recorder()) {
            recorder.start();
            for (int i = 0; i < written.length; i++) {
                written[i] = markSome(random);
                nowNanos += EPOCH_NANOS + i;
                assertThat(recorder.tick()).isEqualTo(written[i].cardinality());
            }
        }
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(trace.layout()).isEqualTo(TraceLayout.of(memory));
            EpochCursor epoch = trace.cursor();
            for (int i = 0; i < written.length; i++) {
                assertThat(epoch.next()).isTrue();
                assertThat(epoch.lengthNanos()).isEqualTo(EPOCH_NANOS + i);
                assertThat(TraceFixtures.pagesOf(epoch)).isEqualTo(written[i]);
            }
        }
    }

    private BitSet markSome(SplittableRandom random) {
        BitSet pages = new BitSet();
        for (int i = random.nextInt(300); i > 0; i--) {
            int page = random.nextInt(4000);
            marks.mark(page);
            pages.set(page);
        }
        return pages;
    }

    @Test
    void pagesAreSortedByWhatTheyHoldAtTheStart() throws IOException {
        RamBlock ram = memory.blocks().getFirst();
        ram.segment().asSlice(0, 10 * 4096).fill((byte) 7);
        for (long offset = 10 * 4096; offset < 30 * 4096; offset += 8) {
            ram.segment().set(ValueLayout.JAVA_LONG, offset, offset % 128);
        }
        SplittableRandom random = new SplittableRandom(1);
        for (long offset = 30 * 4096; offset < 50 * 4096; offset += 8) {
            ram.segment().set(ValueLayout.JAVA_LONG, offset, random.nextLong());
        }
        record(1);
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            PageKinds kinds = trace.kinds();
            assertThat(kinds.zeroPages()).isEqualTo(4050);
            assertThat(kinds.duplicatePages()).isEqualTo(10);
            assertThat(kinds.normalPages()).isEqualTo(40);
            assertThat(kinds.compression().sampledPages()).isEqualTo(40);
            // half of the pages hardly take anything, the other half cannot be compressed
            assertThat(kinds.compression().compressedShare()).isBetween(0.5, 0.53);
        }
    }

    /** Before every sync the guest writes the next page, which was zero: before, while and after pages are looked at. */
    @Test
    void noPageThatWasWrittenWhileAllAreLookedAtCountsAsZero() throws IOException {
        DirtyLog log = new DirtyBitmapLog(marks);
        DirtyLog writing = new DirtyLog() {
            private long next;

            @Override
            public void start() {
                log.start();
            }

            @Override
            public long sync(PageBitmap pending) {
                memory.blocks().getFirst().segment().set(ValueLayout.JAVA_BYTE, next * 4096, (byte) 1);
                marks.mark(next);
                next++;
                return log.sync(pending);
            }

            @Override
            public void stop() {
                log.stop();
            }
        };
        try (DirtyTraceRecorder recorder =
                DirtyTraceRecorder.create(file, memory, writing, () -> nowNanos, EPOCH_NANOS, 0)) {
            recorder.start();
            nowNanos += EPOCH_NANOS;
            recorder.tick();
        }
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            EpochCursor epoch = trace.cursor();
            assertThat(epoch.next()).isTrue();
            BitSet written = TraceFixtures.pagesOf(epoch);
            assertThat(written.cardinality()).isEqualTo(1);
            long writtenBefore = written.nextSetBit(0);
            assertThat(trace.kinds().zeroPages()).isEqualTo(4100 - writtenBefore);
        }
    }

    @Test
    void figuresAreThoseOfTheTraceThatWasWritten() throws IOException {
        RecordingStats stats = record(20);
        try (DirtyTrace trace = DirtyTrace.open(file)) {
            assertThat(stats).isEqualTo(RecordingStats.of(trace));
        }
    }

    @Test
    void tickThatCameLateIsFollowedByOnesOnTime() throws IOException {
        try (DirtyTraceRecorder recorder = recorder()) {
            recorder.start();
            assertThat(recorder.nextTickNanos()).isEqualTo(123 + EPOCH_NANOS);
            nowNanos += EPOCH_NANOS + 100;
            recorder.tick();
            assertThat(recorder.nextTickNanos()).isEqualTo(123 + 2 * EPOCH_NANOS);
            nowNanos += 3 * EPOCH_NANOS;
            recorder.tick();
            assertThat(recorder.nextTickNanos()).isEqualTo(123 + 5 * EPOCH_NANOS);
        }
    }

    @Test
    void recordingStartsOnce() throws IOException {
        try (DirtyTraceRecorder recorder = recorder()) {
            recorder.start();
            assertThatIllegalStateException().isThrownBy(recorder::start);
        }
    }

    private RecordingStats record(int epochs) throws IOException {
        try (DirtyTraceRecorder recorder = recorder()) {
            recorder.start();
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < epochs; i++) {
                markSome(random);
                nowNanos += EPOCH_NANOS;
                recorder.tick();
            }
            return recorder.stats();
        }
    }

    private DirtyTraceRecorder recorder() throws IOException {
        return DirtyTraceRecorder.create(file, memory, new DirtyBitmapLog(marks), () -> nowNanos, EPOCH_NANOS, 0);
    }
}
