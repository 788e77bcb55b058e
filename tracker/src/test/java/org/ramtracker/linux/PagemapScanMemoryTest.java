package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** What PAGEMAP_SCAN reports of memory of particular kinds, and what a stopped log costs. */
final class PagemapScanMemoryTest {
    private static final int PAGES = 2048;

    @BeforeAll
    static void needsPagemapScan() {
        Needs.available("PAGEMAP_SCAN", PagemapScanLog.probe());
    }

    private static GuestMemory.Builder memoryOf(PageSize pageSize, long lengthBytes, Backing backing) {
        return GuestMemory.builder(pageSize).block("ram", 0, lengthBytes, backing);
    }

    private static void write(GuestMemory memory, long offsetBytes) {
        memory.blocks().getFirst().segment().set(JAVA_BYTE, offsetBytes, (byte) 1);
    }

    /** The first write splits a transparent huge page, so no more than the page is reported. */
    @Test
    void transparentHugePagesAreReportedByThePage() throws IOException {
        try (GuestMemory memory = memoryOf(PageSize.KIB_4, 16L << 20, new Backing.Anonymous())
                        .adviseHugePages()
                        .build();
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            memory.populate();
            log.start();
            write(memory, (5L << 20) + 17);
            assertThat(log.sync(pending)).isOne();
            assertThat(pending.contains((5L << 20) / 4096)).isTrue();
            log.stop();
            log.start();
            write(memory, 9L << 20);
            assertThat(log.sync(pending)).isOne();
        }
    }

    @Test
    void aWriteToAReservedHugePageReportsNoMoreThanThatHugePage() throws IOException {
        try (HugePages ignored = HugePages.permit(3);
                GuestMemory memory = memoryOf(PageSize.KIB_4, 6L << 20, new Backing.HugePages("ram"))
                        .build();
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            log.start();
            write(memory, (2L << 20) + 5000);
            assertThat(log.sync(pending)).isEqualTo(512);
            assertThat(pending.contains(511)).isFalse();
            assertThat(pending.contains(512)).isTrue();
            assertThat(pending.contains(1023)).isTrue();
            assertThat(pending.contains(1024)).isFalse();
        }
    }

    @Test
    void writesWithinOneLargeGuestPageAreOnePage() throws IOException {
        try (GuestMemory memory = memoryOf(PageSize.ofBytes(65_536), 1 << 20, new Backing.Anonymous())
                        .build();
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = PagemapScanLog.open(memory, 1)) {
            log.start();
            write(memory, 65_536);
            write(memory, 65_536 + 3 * 4096);
            write(memory, 2 * 65_536 - 1);
            assertThat(log.sync(pending))
                    .as("though each region is an answer of its own")
                    .isOne();
            assertThat(pending.contains(1)).isTrue();
        }
    }

    @Test
    void aScanThatFailsReportsEveryPageFromWhereItBegan() throws Exception {
        try (GuestMemory memory = memoryOf(PageSize.KIB_4, PAGES * 4096L, new Backing.Anonymous())
                        .build();
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            log.start();
            log.end();
            assertThatThrownBy(() -> log.sync(pending))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("request 0xc0606610")
                    .hasMessageContaining("EPERM");
            assertThat(pending.count()).isEqualTo(PAGES);
        }
    }

    @Test
    void aSharedImageIsReportedByThePage(@TempDir Path directory) throws IOException {
        Path image = Files.write(directory.resolve("image"), new byte[1 << 16]);
        try (GuestMemory memory = memoryOf(PageSize.KIB_4, 1 << 16, new Backing.Image(image, true))
                        .build();
                PageBitmap pending = new PageBitmap(memory.pages());
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            log.start();
            write(memory, 3 * 4096);
            assertThat(log.sync(pending)).isOne();
            assertThat(pending.contains(3)).isTrue();
        }
    }

    /** Counted in page faults, not in time. */
    @Test
    void aStoppedLogCostsTheWriterNoFaults() throws IOException {
        try (Arena arena = Arena.ofShared();
                GuestMemory memory = memoryOf(PageSize.KIB_4, PAGES * 4096L, new Backing.Anonymous())
                        .build();
                PagemapScanLog log = PagemapScanLog.open(memory)) {
            RamBlock block = memory.blocks().getFirst();
            NativeWriter writer = new NativeWriter(block, 4096, arena);
            memory.populate();
            writer.stop();
            log.start();
            assertThat(faultsOf(writer)).isGreaterThanOrEqualTo(PAGES);
            log.stop();
            long ignored = faultsOf(writer);
            assertThat(faultsOf(writer)).as("some are the JVM's own").isLessThan(PAGES / 4);
        }
    }

    /** {@code minflt}, the tenth word of {@code /proc/self/stat}; the second, in parentheses, may hold blanks. */
    private static long faultsOf(NativeWriter writer) throws IOException {
        long before = minorFaults();
        writer.run();
        return minorFaults() - before;
    }

    private static long minorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String afterName = stat.substring(stat.lastIndexOf(')') + 2);
        return Long.parseLong(afterName.split(" ", -1)[7]);
    }

    @Test
    void aClosedLogSaysSo() throws IOException {
        try (GuestMemory memory =
                memoryOf(PageSize.KIB_4, 4096, new Backing.Anonymous()).build()) {
            PagemapScanLog log = PagemapScanLog.open(memory);
            log.close();
            log.close();
            log.stop();
            assertThatThrownBy(log::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the log is closed");
        }
    }
}
