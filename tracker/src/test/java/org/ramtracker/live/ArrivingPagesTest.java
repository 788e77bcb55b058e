package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.stream.BlockEntry;

/** A destination takes no more of its host's memory than arrives, give or take what is populated ahead. */
class ArrivingPagesTest {
    private static final long CHUNK_BYTES = 1L << PopulateAhead.CHUNK_SHIFT;
    private static final long BLOCK_BYTES = 32 * CHUNK_BYTES;
    private static final long PAGE_BYTES = 4096;

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, BLOCK_BYTES, new Backing.Anonymous())
                .build();
    }

    /** By the kernel's page map, in which a page that was only read counts as well. */
    private static long residentBytes(RamBlock block) throws IOException {
        ByteBuffer entries =
                ByteBuffer.allocate((int) (block.pages() * Long.BYTES)).order(ByteOrder.nativeOrder());
        try (FileChannel pagemap = FileChannel.open(Path.of("/proc/self/pagemap"))) {
            long at = block.segment().address() / PAGE_BYTES * Long.BYTES;
            while (entries.hasRemaining()) {
                int read = pagemap.read(entries, at + entries.position());
                assertThat(read).isPositive();
            }
        }
        return PAGE_BYTES
                * LongStream.range(0, block.pages())
                        .filter(page -> entries.getLong((int) page * Long.BYTES) < 0)
                        .count();
    }

    @Test
    void pagesAreZeroUntilTheyArrive() throws IOException {
        try (GuestMemory memory = memory();
                ArrivingPages pages = new ArrivingPages(memory)) {
            RamBlock block = memory.blocks().getFirst();
            pages.arrive(block, 62 * PAGE_BYTES, 70 * PAGE_BYTES, 70 * PAGE_BYTES);

            for (long page = 0; page < 200; page++) {
                boolean arrived = page >= 62 && page < 132;
                assertThat(pages.isStillZero(block, page * PAGE_BYTES))
                        .as("page %d", page)
                        .isEqualTo(!arrived);
            }
        }
    }

    @Test
    void singlePagesPopulateNothing() throws IOException {
        try (GuestMemory memory = memory();
                ArrivingPages pages = new ArrivingPages(memory)) {
            RamBlock block = memory.blocks().getFirst();
            for (long at = 0; at < BLOCK_BYTES; at += CHUNK_BYTES) {
                pages.arrive(block, at, PAGE_BYTES, PAGE_BYTES);
            }
            pages.close();
            assertThat(residentBytes(block)).isZero();
        }
    }

    @Test
    void memoryThatWasPopulatedBeforeIsNotTouched() throws IOException {
        try (GuestMemory memory = memory()) {
            RamBlock block = memory.blocks().getFirst();
            try (ArrivingPages pages = new ArrivingPages(memory)) {
                pages.touch(block, 0, PAGE_BYTES);
                assertThat(residentBytes(block)).as("nobody had populated it").isEqualTo(PAGE_BYTES);
            }
            block.populate(0, BLOCK_BYTES);
            try (ArrivingPages pages = new ArrivingPages(memory);
                    PopulateAhead ahead = new PopulateAhead(memory)) {
                assertThat(ahead.isPopulated(block, CHUNK_BYTES - PAGE_BYTES, 2 * PAGE_BYTES))
                        .isTrue();
                block.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
                pages.touch(block, 0, PAGE_BYTES);
                assertThat(block.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
            }
        }
    }

    @Test
    void noMoreIsPopulatedAheadThanHasArrived() throws IOException {
        try (GuestMemory memory = memory();
                ArrivingPages pages = new ArrivingPages(memory)) {
            RamBlock block = memory.blocks().getFirst();
            for (long at = 0; at < 4 * CHUNK_BYTES; at += CHUNK_BYTES) {
                pages.arrive(block, at, CHUNK_BYTES, CHUNK_BYTES);
            }
            pages.close();
            assertThat(residentBytes(block)).isBetween(4 * CHUNK_BYTES, 9 * CHUNK_BYTES);
        }
    }

    /** The last blocks may be all that is left when the guest is stopped. */
    @Test
    void nextBlockIsPopulatedAheadAsWell() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                        .block("ram", 0, 8 * CHUNK_BYTES, new Backing.Anonymous())
                        .block("vga", 1L << 32, BLOCK_BYTES, new Backing.Anonymous())
                        .build();
                ArrivingPages pages = new ArrivingPages(memory)) {
            RamBlock ram = memory.blocks().get(0);
            RamBlock vga = memory.blocks().get(1);
            for (long at = 0; at < 8 * CHUNK_BYTES; at += CHUNK_BYTES) {
                pages.arrive(ram, at, CHUNK_BYTES, CHUNK_BYTES);
            }
            awaitResident(vga, 7 * CHUNK_BYTES);
            pages.close();
            assertThat(residentBytes(vga)).isLessThanOrEqualTo(9 * CHUNK_BYTES);
        }
    }

    private static void awaitResident(RamBlock block, long bytes) throws IOException {
        long giveUpNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (residentBytes(block) < bytes && System.nanoTime() < giveUpNanos) {
            Thread.onSpinWait();
        }
        assertThat(residentBytes(block)).isGreaterThanOrEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void zeroGuestLeavesItsDestinationUntouched(int channels) throws Exception {
        try (GuestMemory source = memory();
                Connection main = Connection.tcp();
                Connection first = Connection.tcp();
                Connection second = Connection.tcp()) {
            List<Connection> all = List.of(first, second).subList(0, channels);
            FutureTask<MigrationResult> received = new FutureTask<>(
                    () -> MigrationTarget.creating((pageSize, blocks) -> memoryFor(blocks), BLOCK_BYTES, List.of())
                            .receiveKeeping(
                                    main.destination(),
                                    all.stream().map(Connection::destination).toList()));
            Thread.ofPlatform().daemon().start(received);
            send(
                    source,
                    StreamRamSink.builder(source, SystemNanoClock.INSTANCE)
                            .channels(all.stream().map(Connection::source).toList(), Compression.NONE)
                            .toSocket(main.source()));
            try (GuestMemory arrived = received.get(60, TimeUnit.SECONDS).memory()) {
                assertThat(residentBytes(arrived.blocks().getFirst())).isZero();
            }
        }
    }

    private static GuestMemory memoryFor(List<BlockEntry> blocks) throws IOException {
        assertThat(blocks).containsExactly(new BlockEntry("ram", BLOCK_BYTES));
        return memory();
    }

    private static void send(GuestMemory source, RamSink sink) throws IOException {
        poll(sink::begin);
        sink.passBegins(1);
        RamBlock block = source.blocks().getFirst();
        for (long page = 0; page < block.pages(); ) {
            page += sink.offer(block, page, block.pages() - page);
        }
        poll(sink::flush);
        poll(sink::finish);
        poll(sink::commit);
    }

    private interface Polled {
        boolean isDone() throws IOException;
    }

    private static void poll(Polled step) throws IOException {
        while (!step.isDone()) {
            Thread.onSpinWait();
        }
    }
}
