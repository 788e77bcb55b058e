package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.stream.CommandDescriptor;

/** The model's stream has the length of the real one. */
class LinkSinkTest {
    private static final long LOW_PAGES = 1000;
    private static final long HIGH_PAGES = 300;
    private static final long PAGE_BYTES = 4096;
    private static final long SEED = 20_151_104;
    private static final LinkModel LINK = new LinkModel(100_000_000, 0, 0);

    /** What only a stream with a return path carries. */
    private static final long RETURN_PATH_BYTES =
            (long) CommandDescriptor.lengthBytes(0) + CommandDescriptor.lengthBytes(Integer.BYTES);

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("pc.low", 0, LOW_PAGES * PAGE_BYTES, new Backing.Anonymous())
                .block("pc.high", 1L << 32, HIGH_PAGES * PAGE_BYTES, new Backing.Anonymous())
                .build();
    }

    private static final class Counter implements WritableByteChannel {
        private long bytes;
        private boolean full;

        @Override
        public int write(ByteBuffer source) {
            int length = full ? 0 : source.remaining();
            source.position(source.position() + length);
            bytes += length;
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static void sendAll(RamSink sink, GuestMemory memory) throws IOException {
        RamBlock low = memory.blocks().get(0);
        RamBlock high = memory.blocks().get(1);
        assertThat(sink.begin()).isTrue();
        offer(sink, low, 0, 200);
        offer(sink, low, 500, 1);
        sink.flush();
        offer(sink, high, high.firstPage(), HIGH_PAGES);
        offer(sink, low, 700, 300);
        sink.flush();
        offer(sink, low, 3, 5);
        assertThat(sink.finish()).isTrue();
    }

    private static void drain(LinkSink sink, VirtualClock clock) {
        while (sink.nextNanos() > clock.nanoTime()) {
            clock.advanceTo(sink.nextNanos());
        }
    }

    private static void offer(RamSink sink, RamBlock block, long firstPage, long pages) throws IOException {
        for (long sent = 0; sent < pages; ) {
            sent += sink.offer(block, firstPage + sent, pages - sent);
        }
    }

    @Test
    void linkFartherThanAnythingOnEarthIsRefused() {
        assertThatThrownBy(() -> new LinkModel(1, 1L << 62, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a latency of 4611686018427387904 ns, more than a minute");
    }

    @Test
    void pagesTakeAsManyBytesAsInTheRealStream() throws IOException {
        try (GuestMemory memory = memory();
                PageBitmap duplicates = new PageBitmap(memory.pages())) {
            duplicates.add(0, 150);
            duplicates.add(700, 100);
            for (long page = 0; page < LOW_PAGES; page++) {
                byte filler = (byte) (duplicates.contains(page) ? 0 : 1);
                memory.blocks().getFirst().segment().set(ValueLayout.JAVA_BYTE, page * PAGE_BYTES + 17, filler);
            }
            memory.blocks().get(1).segment().fill((byte) 7);
            Counter counter = new Counter();
            RamSink real = StreamRamSink.builder(memory, () -> 0).toChannel(counter, "counter");
            VirtualClock clock = new VirtualClock();
            RamSink model = new LinkSink(
                    LINK,
                    MachineModel.IDEAL,
                    new StreamSizes(memory),
                    new PageKindTable(duplicates, kinds -> false),
                    clock);

            sendAll(real, memory);
            sendAll(model, memory);

            assertThat(model.transferredBytes()).isEqualTo(counter.bytes + RETURN_PATH_BYTES);
            assertThat(model.normalPages()).isEqualTo(real.normalPages());
            assertThat(model.duplicatePages()).isEqualTo(real.duplicatePages());
            assertThat(clock.nanoTime()).isEqualTo(model.transferredBytes() * 10);
        }
    }

    @Test
    void stageLetsTheSenderGetAheadOfTheLinkButNotOfTheEnd() throws IOException {
        try (GuestMemory memory = memory();
                PageBitmap none = new PageBitmap(memory.pages())) {
            VirtualClock clock = new VirtualClock();
            LinkSink sink = new LinkSink(
                    new LinkModel(100_000_000, 1000, 0),
                    MachineModel.IDEAL,
                    new StreamSizes(memory),
                    new PageKindTable(none, kinds -> false),
                    clock);
            sink.begin();
            sink.offer(memory.blocks().getFirst(), 0, 200);
            assertThat(clock.nanoTime()).isZero();
            sink.offer(memory.blocks().getFirst(), 200, 200);
            assertThat(clock.nanoTime()).isBetween(5_900_000L, 6_100_000L);
            sink.finish();
            assertThat(clock.nanoTime()).isEqualTo(sink.transferredBytes() * 10 + 2000);
        }
    }

    @Test
    void fullBufferEndsTheSliceWhereThatIsWantedAndIsFilledAgainStageByStage() throws IOException {
        try (GuestMemory memory = memory();
                PageBitmap none = new PageBitmap(memory.pages())) {
            VirtualClock clock = new VirtualClock();
            LinkSink sink = new LinkSink(
                    new LinkModel(100_000_000, 0, 1 << 20),
                    MachineModel.IDEAL,
                    new StreamSizes(memory),
                    new PageKindTable(none, kinds -> false),
                    clock);
            RamBlock low = memory.blocks().getFirst();
            sink.begin();
            sink.setBackPressures(true);
            long taken = sink.offer(low, 0, 700);
            assertThat(taken).isBetween(508L, 511L); // twice 255.5 pages but for the beginning of the stream
            assertThat(sink.offer(low, taken, 100)).isEqualTo(RamSink.BACK_PRESSURED);
            assertThat(sink.committedBytes() - sink.transferredBytes()).isBetween((1L << 20) - 8192, 1L << 20);

            clock.advance(1_000_000);
            assertThat(sink.offer(low, taken, 100)).isEqualTo(RamSink.BACK_PRESSURED); // the stage is not empty
            assertThat(sink.inFlightBytes()).isEqualTo(sink.committedBytes()); // nothing has been answered
            clock.advanceTo(sink.nextNanos());
            assertThat(sink.inFlightBytes()).isEqualTo(1 << 20);
            assertThat(sink.offer(low, taken, 400)).isEqualTo(255);

            drain(sink, clock);
            assertThat(sink.inFlightBytes()).isZero();
            assertThat(sink.transferredBytes()).isEqualTo(sink.committedBytes());
        }
    }

    @Test
    void whatIsToHappenNextHasHappenedThen() throws IOException {
        Random random = new Random(SEED);
        try (GuestMemory memory = memory();
                PageBitmap none = new PageBitmap(memory.pages())) {
            for (int run = 0; run < 1000; run++) {
                VirtualClock clock = new VirtualClock();
                long bandwidth =
                        100_000_000L * random.nextInt(1, 100); // round, so that nanoseconds often come out whole
                LinkModel link = new LinkModel(bandwidth, 0, random.nextInt(2 << 20));
                LinkSink sink = sink(link, memory, none, clock);
                sink.begin();
                sink.setBackPressures(true);
                RamBlock low = memory.blocks().getFirst();
                long taken = sink.offer(low, 0, LOW_PAGES - 1);
                while (sink.offer(low, taken, 1) == RamSink.BACK_PRESSURED) {
                    assertThat(sink.nextNanos())
                            .as("seed %d, run %d", SEED, run)
                            .isGreaterThan(clock.nanoTime());
                    clock.advanceTo(sink.nextNanos());
                }
                drain(sink, clock);
                assertThat(sink.inFlightBytes())
                        .as("seed %d, run %d", SEED, run)
                        .isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {PageSize.SHIFT_MIN, PageSize.SHIFT_MAX})
    void stageHoldsAsManyPagesAsThatOfALiveSink(int shift) throws IOException {
        PageSize pageSize = new PageSize(shift);
        try (GuestMemory memory = GuestMemory.builder(pageSize)
                        .block("pc.ram", 0, 8 << 20, new Backing.Anonymous())
                        .build();
                PageBitmap none = new PageBitmap(memory.pages())) {
            RamBlock ram = memory.blocks().getFirst();
            ram.segment().fill((byte) 7);
            Counter counter = new Counter();
            RamSink real = StreamRamSink.builder(memory, () -> 0).toChannel(counter, "counter");
            assertThat(real.begin()).isTrue();
            counter.full = true;

            VirtualClock clock = new VirtualClock();
            LinkSink model = sink(LINK, memory, none, clock);
            model.begin();
            drain(model, clock);
            model.setBackPressures(true);

            assertThat(pagesTaken(model, ram)).isEqualTo(pagesTaken(real, ram));
        }
    }

    private static LinkSink sink(LinkModel link, GuestMemory memory, PageBitmap duplicates, VirtualClock clock) {
        return new LinkSink(
                link,
                MachineModel.IDEAL,
                new StreamSizes(memory),
                new PageKindTable(duplicates, kinds -> false),
                clock);
    }

    private static long pagesTaken(RamSink sink, RamBlock block) throws IOException {
        long pages = 0;
        long taken = sink.offer(block, 0, block.pages());
        while (taken != RamSink.BACK_PRESSURED) {
            pages += taken;
            taken = sink.offer(block, pages, block.pages() - pages);
        }
        return pages;
    }

    @Test
    void destinationTakesItsTimeForMemoryThatItHasNotHadYet() throws IOException {
        try (GuestMemory memory = memory();
                PageBitmap duplicates = new PageBitmap(memory.pages())) {
            duplicates.add(0, 128);
            VirtualClock clock = new VirtualClock();
            LinkSink sink = sinkWithNewPages(memory, duplicates, clock);
            RamBlock low = memory.blocks().getFirst();
            // a chunk of 512 pages
            assertThat(nanosOf(sink, clock, low, 0, 320)).isBetween(51_200_000L, 51_210_000L);
            // again: 41 us a page, as the link has it
            assertThat(nanosOf(sink, clock, low, 128, 192)).isBetween(7_860_000L, 7_890_000L);
        }
    }

    @Test
    void memoryIsFoundAheadWhileNothingArrives() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                        .block("pc.ram", 0, 5120 * PAGE_BYTES, new Backing.Anonymous())
                        .build();
                PageBitmap none = new PageBitmap(memory.pages())) {
            VirtualClock clock = new VirtualClock();
            LinkSink sink = sinkWithNewPages(memory, none, clock);
            RamBlock ram = memory.blocks().getFirst();
            assertThat(nanosOf(sink, clock, ram, 0, 512)).isBetween(51_200_000L, 51_210_000L);
            clock.advance(6_400_000); // enough for 64 pages
            assertThat(nanosOf(sink, clock, ram, 512, 512)).isBetween(44_800_000L, 44_810_000L);
            clock.advance(1_000_000_000); // no further ahead than has arrived: 1024 pages
            assertThat(nanosOf(sink, clock, ram, 1024, 4096)).isBetween(307_200_000L, 307_220_000L);
        }
    }

    @Test
    void shortRunsBetweenZeroPagesArePopulatedByNobody() throws IOException {
        try (GuestMemory memory = memory();
                PageBitmap duplicates = new PageBitmap(memory.pages())) {
            for (long page = 31; page < 128; page += 32) {
                duplicates.add(page, 1);
            }
            VirtualClock clock = new VirtualClock();
            LinkSink sink = sinkWithNewPages(memory, duplicates, clock);
            assertThat(nanosOf(sink, clock, memory.blocks().getFirst(), 0, 128)).isBetween(5_080_000L, 5_100_000L);
        }
    }

    private static LinkSink sinkWithNewPages(GuestMemory memory, PageBitmap duplicates, VirtualClock clock) {
        MachineModel machine = new MachineModel(0, 0, 100_000, 0, 0, 0, 0);
        LinkSink sink = new LinkSink(
                LINK, machine, new StreamSizes(memory), new PageKindTable(duplicates, kinds -> false), clock);
        sink.begin();
        drain(sink, clock);
        return sink;
    }

    private static long nanosOf(LinkSink sink, VirtualClock clock, RamBlock block, long firstPage, long pages) {
        long begun = clock.nanoTime();
        sink.offer(block, firstPage, pages);
        drain(sink, clock);
        return clock.nanoTime() - begun;
    }
}
