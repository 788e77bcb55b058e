package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * What every {@link DirtyLog} promises. A subclass says how to open its log over a memory of two blocks with a hole between them,
 * and how a guest of it writes. The log is exact here: a source that over-reports has to be given a memory where it does not.
 */
public abstract class DirtyLogContract {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);
    private static final int LOW_PAGES = 67;
    private static final int HIGH_PAGES = 1000;

    private GuestMemory memory;
    private RamBlock low;
    private RamBlock high;
    private PageBitmap pending;
    private DirtyLog log;

    /** Opens the log under test. It is not started, and none of the pages was written. */
    protected abstract DirtyLog open(GuestMemory memory) throws Exception;

    /** Writes 8 bytes as a guest does whose pages the log sees. Complete when it returns; called by several threads at once. */
    protected abstract void write(RamBlock block, long offsetBytes, long value);

    /** Closes what {@link #open} has opened. */
    protected abstract void close() throws Exception;

    /** What the memory is made of. */
    protected Backing backing(String idstr) {
        return new Backing.Anonymous();
    }

    @BeforeEach
    final void start() throws Exception {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, LOW_PAGES * 4096L, backing("low"))
                .block("high", 1L << 32, HIGH_PAGES * 4096L, backing("high"))
                .build();
        low = memory.blocks().get(0);
        high = memory.blocks().get(1);
        pending = new PageBitmap(memory.pages());
        log = open(memory);
        log.start();
        forgetWhatWasBefore();
    }

    @AfterEach
    final void stop() throws Exception {
        log.stop();
        close();
        pending.close();
        memory.close();
    }

    @Test
    public final void idleGuestHasNoDirtyPages() {
        assertThat(log.sync(pending)).isZero();
        assertThat(pending.count()).isZero();
    }

    @Test
    public final void writtenPageIsReportedOnceAndNoOther() {
        write(high, 4096 * 70 + 8, 1);
        write(high, 4096 * 70 + 16, 2);
        assertThat(log.sync(pending)).isOne();
        assertThat(pending.contains(high.firstPage() + 70)).isTrue();
        assertThat(pending.count()).isOne();
        assertThat(log.sync(pending)).isZero();
    }

    @Test
    public final void firstAndLastPageOfEveryBlockAreReported() {
        for (RamBlock block : memory.blocks()) {
            write(block, 0, 1);
            write(block, block.usedLengthBytes() - 8, 1);
        }
        assertThat(log.sync(pending)).isEqualTo(4);
        for (RamBlock block : memory.blocks()) {
            assertThat(pending.contains(block.firstPage())).isTrue();
            assertThat(pending.contains(block.endPage() - 1)).isTrue();
        }
    }

    @Test
    public final void pageWrittenAgainIsReportedAgain() {
        for (int time = 0; time < 3; time++) {
            write(low, 4096, time);
            assertThat(log.sync(pending)).isOne();
        }
        assertThat(pending.count()).isOne();
    }

    @Test
    public final void syncOnlyAdds() {
        pending.add(5, 3);
        write(low, 6 * 4096, 1);
        assertThat(log.sync(pending)).isOne();
        assertThat(pending.count()).isEqualTo(3);
    }

    @Test
    public final void everyPageWrittenMeansEveryPageReported() {
        for (RamBlock block : memory.blocks()) {
            for (long at = 0; at < block.usedLengthBytes(); at += 4096) {
                write(block, at, at);
            }
        }
        assertThat(log.sync(pending)).isEqualTo(LOW_PAGES + HIGH_PAGES);
        assertThat(pending.count()).isEqualTo(LOW_PAGES + HIGH_PAGES);
    }

    @Test
    public final void logThatWasStoppedStartsAgain() {
        log.stop();
        log.stop();
        log.start();
        forgetWhatWasBefore();
        write(low, 0, 1);
        assertThat(log.sync(pending)).isOne();
    }

    @Test
    public final void logThatRunsStartsAnew() {
        log.start();
        forgetWhatWasBefore();
        write(high, 8, 1);
        assertThat(log.sync(pending)).isOne();
        assertThat(pending.contains(high.firstPage())).isTrue();
    }

    @Test
    public final void pagesAreThoseOfABitSetHoweverWritesAndSyncsMix() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        BitSet written = new BitSet();
        BitSet reported = new BitSet();
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(50) == 0) {
                String where = "seed %d, step %d".formatted(SEED, step);
                assertThat(log.sync(pending)).as(where).isEqualTo(written.cardinality());
                reported.or(written);
                written.clear();
                PageBitmaps.assertSame(pending, reported, where);
            } else {
                RamBlock block = random.nextInt(4) == 0 ? low : high;
                long offsetBytes = random.nextLong(block.usedLengthBytes() / 8) * 8;
                write(block, offsetBytes, step);
                written.set(Math.toIntExact(block.pageAt(offsetBytes)));
            }
        }
    }

    @Test
    public final void noWriteIsLostBetweenSyncsThatRaceWithIt() throws Exception {
        FutureTask<Void> writer = new FutureTask<>(this::writeEveryPage, null);
        Thread.ofPlatform().name("writer").start(writer);
        while (!writer.isDone()) {
            log.sync(pending);
        }
        writer.get();
        log.sync(pending);
        assertThat(pending.count()).isEqualTo(LOW_PAGES + HIGH_PAGES);
        assertThat(log.sync(pending)).isZero();
    }

    private void writeEveryPage() {
        for (RamBlock block : memory.blocks()) {
            for (long at = 0; at < block.usedLengthBytes(); at += 4096) {
                write(block, at, ~at);
            }
        }
    }

    /** A log may report after its start what was written before. */
    private void forgetWhatWasBefore() {
        log.sync(pending);
        pending.clear();
    }
}
