package org.ramtracker.dirtyrate;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

class DirtySampleTest {
    private static final long MIB = 1L << 20;
    private static final int ALL_PAGES = 1 << 18; // of 4 KiB in a GiB

    private GuestMemory memory;
    private DirtyBitmap marks;
    private TrackedWriter writer;

    @BeforeEach
    void makeMemory() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("pc.ram", 0, 12 * MIB, new Backing.Anonymous())
                .block("rom", 1L << 32, 5 * 4096, new Backing.Anonymous())
                .block("vga.vram", 5L << 32, 4 * MIB, new Backing.Anonymous())
                .build();
        marks = new DirtyBitmap(memory.pages());
        writer = new TrackedWriter(marks);
    }

    @AfterEach
    void freeMemory() {
        marks.close();
        memory.close();
    }

    private void write(RamBlock block, long fromPage, long toPage) {
        for (long page = fromPage; page < toPage; page++) {
            long offsetBytes = page * 4096 + 8 * (page % 512);
            writer.putLong(block, offsetBytes, block.segment().get(JAVA_LONG, offsetBytes) + 1);
        }
    }

    private PageSample sample(int pagesPerGib, long seed) {
        return PageSample.take(memory, pagesPerGib, new SplittableRandom(seed));
    }

    @Test
    void sampleOfEveryPageIsExact() {
        PageSample sample = sample(ALL_PAGES, 1);
        assertThat(sample.sampledPages()).isEqualTo((int) (16 * MIB / 4096 + 5));
        assertThat(sample.dirtiedBytes()).isZero();

        write(memory.blocks().get(0), 100, 300);
        write(memory.blocks().get(0), 200, 300);
        write(memory.blocks().get(1), 4, 5);
        write(memory.blocks().get(2), 0, 10);
        assertThat(sample.changedPages()).isEqualTo(211);
        assertThat(sample.dirtiedBytes()).isEqualTo(211 * 4096);
    }

    @Test
    void hotSetIsEstimatedWithinAFewStrata() {
        for (long seed = 1; seed <= 20; seed++) {
            PageSample sample = sample(16_384, seed);
            assertThat(sample.sampledPages()).isEqualTo(256);
            write(memory.blocks().get(0), 1024, 2048); // 4 MiB that lie together
            assertThat((double) sample.dirtiedBytes() / MIB)
                    .as("seed " + seed)
                    .isBetween(4 - 2 * 16 / 256.0, 4 + 2 * 16 / 256.0);
        }
    }

    @Test
    void sampleNumberIsQemusAndAtLeastOne() {
        assertThat(sample(512, 1).sampledPages()).isEqualTo(8);
        assertThat(sample(1, 1).sampledPages()).isOne();
        assertThat(sample(Integer.MAX_VALUE, 1).sampledPages()).isEqualTo(4101);
    }

    @Test
    void sameSeedSamplesTheSamePages() {
        PageSample first = sample(512, 7);
        PageSample second = sample(512, 7);
        write(memory.blocks().get(0), 0, 1024);
        assertThat(first.changedPages()).isEqualTo(second.changedPages());
    }

    @Test
    void logCountsEachPageOnceAndNothingFromBefore() {
        write(memory.blocks().get(0), 0, 500);
        try (LogSample sample = LogSample.begin(memory, new DirtyBitmapLog(marks))) {
            write(memory.blocks().get(0), 490, 510);
            write(memory.blocks().get(0), 490, 510);
            write(memory.blocks().get(2), 0, 1);
            assertThat(sample.dirtiedBytes()).isEqualTo(21 * 4096);
        }
    }

    /** Counts its starts and stops; fails on demand. */
    private static final class FailingLog implements DirtyLog {
        private boolean runs;
        private boolean fails;

        @Override
        public void start() {
            runs = true;
        }

        @Override
        public long sync(PageBitmap pending) {
            if (fails) {
                throw new UncheckedIOException(new IOException("broken"));
            }
            return 0;
        }

        @Override
        public void stop() {
            runs = false;
        }
    }

    @Test
    void logIsStoppedAtTheEndAndAfterAFailure() {
        FailingLog log = new FailingLog();
        LogSample sample = LogSample.begin(memory, log);
        assertThat(log.runs).isTrue();
        sample.close();
        assertThat(log.runs).isFalse();
        sample.close();

        log.fails = true;
        assertThatThrownBy(() -> LogSample.begin(memory, log)).isInstanceOf(UncheckedIOException.class);
        assertThat(log.runs).isFalse();
    }
}
