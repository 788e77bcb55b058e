package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** The pages' path allocates nothing, in the writer and in the reader. */
class RamStreamAllocationTest {
    private static final int PAGES = 64;
    private static final int WARM_UP_ROUNDS = 400;
    private static final int MEASURED_ROUNDS = 400;
    private static final double BYTES_PER_PAGE_MAX = 0.5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void writingAndReadingPagesAllocatesNothing() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("a", 0, PAGES * 4096L, new Backing.Anonymous())
                .build()) {
            Loop loop = new Loop(memory);
            new RamStreamReader(loop, "loop", new LoadingHandler().into(memory)).read();
            double bytesPerPage = (double) loop.allocatedBytes / ((long) MEASURED_ROUNDS * PAGES);
            assertThat(bytesPerPage).isLessThan(BYTES_PER_PAGE_MAX);
        }
    }

    /** A channel whose bytes are written as they are read; it measures what happens between its rounds. */
    private static final class Loop implements ReadableByteChannel {
        private final ByteBuffer staging = ByteBuffer.allocateDirect(1 << 20);
        private final RamStreamWriter writer = new RamStreamWriter(staging, PageSize.KIB_4);
        private final RamBlock block;
        private int round;
        private long allocatedBytes;

        Loop(GuestMemory memory) {
            block = memory.blocks().getFirst();
            writer.header(StreamConfiguration.of("test", PageSize.KIB_4));
            writer.startRam(1, memory.blocks());
            writer.beginPart();
            staging.flip();
        }

        @Override
        public int read(ByteBuffer target) {
            if (!staging.hasRemaining()) {
                if (round > WARM_UP_ROUNDS + MEASURED_ROUNDS) {
                    return -1;
                }
                writeRound();
            }
            int now = Math.min(staging.remaining(), target.remaining());
            target.put(target.position(), staging, staging.position(), now);
            target.position(target.position() + now);
            staging.position(staging.position() + now);
            return now;
        }

        private void writeRound() {
            staging.clear();
            if (round == WARM_UP_ROUNDS) {
                allocatedBytes = -THREADS.getCurrentThreadAllocatedBytes();
            }
            if (round == WARM_UP_ROUNDS + MEASURED_ROUNDS) {
                allocatedBytes += THREADS.getCurrentThreadAllocatedBytes();
                writer.endSection();
                writer.eof();
            } else {
                writePages();
            }
            round++;
            staging.flip();
        }

        private void writePages() {
            for (int page = 0; page < PAGES; page++) {
                if (page % 2 == 0) {
                    writer.normalPage(block, page * 4096L);
                } else {
                    writer.duplicatePage(block, page * 4096L, round & 0xFF);
                }
            }
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
