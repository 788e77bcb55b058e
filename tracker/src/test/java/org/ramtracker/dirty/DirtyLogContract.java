package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * and how a guest of it writes. The log is exact here: a source that over-reports has to be given a memory where it does not,
 * and proves the bound of its over-reporting in tests of its own.
 */
public abstract class DirtyLogContract {
    private static final long SEED = Long.getLong("ramtracker.seed", 20261122L);
    private static final int LIVES = 200;
    private static final int RACING_ROUNDS = 300;

    private long pageBytes;
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

    /** Size of a page. */
    protected PageSize pageSize() {
        return PageSize.KIB_4;
    }

    /** Size of the first block: not a multiple of a word of a bitmap. */
    protected int lowPages() {
        return 67;
    }

    /** Size of the second block, at 4 GiB. */
    protected int highPages() {
        return 1000;
    }

    /** Makes what several logs in turn are opened on, and skips the test if there is no such source here. */
    protected void prepare(GuestMemory memory) throws Exception {}

    /** Ends what {@link #prepare} made. */
    protected void release() throws Exception {}

    @BeforeEach
    final void start() throws Exception {
        pageBytes = pageSize().bytes();
        memory = GuestMemory.builder(pageSize())
                .block("low", 0, lowPages() * pageBytes, backing("low"))
                .block("high", 1L << 32, highPages() * pageBytes, backing("high"))
                .build();
        low = memory.blocks().get(0);
        high = memory.blocks().get(1);
        pending = new PageBitmap(memory.pages());
        prepare(memory);
        log = open(memory);
        log.start();
        forgetWhatWasBefore();
    }

    @AfterEach
    final void stop() throws Exception {
        if (log != null) {
            log.stop();
            close();
        }
        release();
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
        long page = high.pages() / 2 + 1;
        write(high, page * pageBytes + 8, 1);
        write(high, page * pageBytes + 16, 2);
        assertThat(log.sync(pending)).isOne();
        assertThat(pending.contains(high.firstPage() + page)).isTrue();
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
            write(low, pageBytes, time);
            assertThat(log.sync(pending)).isOne();
        }
        assertThat(pending.count()).isOne();
    }

    @Test
    public final void syncOnlyAdds() {
        pending.add(high.firstPage(), 3);
        write(high, 2 * pageBytes, 1);
        assertThat(log.sync(pending)).isOne();
        assertThat(pending.count()).isEqualTo(3);
    }

    @Test
    public final void everyPageWrittenMeansEveryPageReported() {
        for (RamBlock block : memory.blocks()) {
            for (long at = 0; at < block.usedLengthBytes(); at += pageBytes) {
                write(block, at, at);
            }
        }
        assertThat(log.sync(pending)).isEqualTo(low.pages() + high.pages());
        assertThat(pending.count()).isEqualTo(low.pages() + high.pages());
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
        assertThat(pending.count()).isEqualTo(low.pages() + high.pages());
        assertThat(log.sync(pending)).isZero();
    }

    private void writeEveryPage() {
        for (RamBlock block : memory.blocks()) {
            for (long at = 0; at < block.usedLengthBytes(); at += pageBytes) {
                write(block, at, ~at);
            }
        }
    }

    @Test
    public final void rangesAtTheEdgesOfWordsAndBlocksAreReportedExactly() {
        BitSet written = new BitSet();
        for (RamBlock block : memory.blocks()) {
            writeRange(block, block.pages() - 2, block.pages(), written);
            writeRange(block, Math.min(62, block.pages() - 1), Math.min(66, block.pages()), written);
        }
        writeRange(high, 0, 1, written);
        assertThat(log.sync(pending)).isEqualTo(written.cardinality());
        PageBitmaps.assertSame(pending, written, "edges");
    }

    private void writeRange(RamBlock block, long firstPage, long endPage, BitSet written) {
        for (long page = firstPage; page < endPage; page++) {
            write(block, page * pageBytes, page);
            written.set(Math.toIntExact(block.firstPage() + page));
        }
    }

    @Test
    public final void copyEqualsTheMemoryThoughWritersNeverStoppedBeforeTheLastRound() throws Exception {
        try (CopyOfMemory copy = new CopyOfMemory(memory)) {
            AtomicBoolean stopped = new AtomicBoolean();
            List<FutureTask<Void>> writers = List.of(startWriter(1, stopped), startWriter(2, stopped));
            pending.add(low.firstPage(), low.pages());
            pending.add(high.firstPage(), high.pages());
            for (int round = 0; round < racingRounds(); round++) {
                log.sync(pending);
                copy.take(pending);
            }
            stopped.set(true);
            for (FutureTask<Void> writer : writers) {
                writer.get();
            }
            log.sync(pending);
            copy.take(pending);
            copy.assertEqualsTheMemory("seed " + SEED);
        }
    }

    /** Fewer where pages are large: it is the copying that takes the time. */
    private long racingRounds() {
        return Math.max(RACING_ROUNDS / 20, RACING_ROUNDS * 4096L / pageBytes);
    }

    private FutureTask<Void> startWriter(int number, AtomicBoolean stopped) {
        FutureTask<Void> writer = new FutureTask<>(() -> writeAnywhereUntil(stopped, number), null);
        Thread.ofPlatform().name("writer-" + number).start(writer);
        return writer;
    }

    private void writeAnywhereUntil(AtomicBoolean stopped, int number) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + number);
        while (!stopped.get()) {
            RamBlock block = random.nextInt(4) == 0 ? low : high;
            write(block, random.nextLong(block.pages()) * pageBytes + 8L * number, random.nextLong());
        }
    }

    @Test
    public final void closingWhileSyncingEndsTheSyncsAndLosesNoPageOfTheirs() throws Exception {
        writeEveryPage();
        log.sync(pending);
        AtomicBoolean closed = new AtomicBoolean();
        CountDownLatch syncing = new CountDownLatch(3);
        FutureTask<Void> syncs = new FutureTask<>(() -> syncUntil(closed, syncing), null);
        Thread.ofPlatform().name("syncs").start(syncs);
        syncing.await();
        close();
        closed.set(true);
        syncs.get();
        assertThat(pending.count()).isEqualTo(low.pages() + high.pages());
        if (writableWhenClosed()) {
            writeEveryPage();
        }
    }

    private void syncUntil(AtomicBoolean closed, CountDownLatch syncing) {
        try {
            while (!closed.get()) {
                log.sync(pending);
                syncing.countDown();
            }
        } catch (IllegalStateException e) {
            assertThat(e).as("a sync of a closed log says so").hasMessageMatching("(?i).*(closed|does not run).*");
        }
    }

    /** Whether the guest can write although the log is closed; it cannot where it marks its writes in the log. */
    protected boolean writableWhenClosed() {
        return true;
    }

    @Test
    public final void livesOfALogLeaveNoDescriptorAndNoMappingBehind() throws Exception {
        log.stop();
        close();
        liveAndDie();
        ProcessResources before = ProcessResources.count(memory);
        for (int life = 0; life < LIVES; life++) {
            liveAndDie();
        }
        assertThat(ProcessResources.count(memory)).isEqualTo(before);
    }

    private void liveAndDie() throws Exception {
        log = open(memory);
        log.start();
        write(high, 0, 1);
        log.sync(pending);
        log.stop();
        close();
    }

    /** A log may report after its start what was written before. */
    private void forgetWhatWasBefore() {
        log.sync(pending);
        pending.clear();
    }
}
