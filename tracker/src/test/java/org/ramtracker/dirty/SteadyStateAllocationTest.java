package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Once compiled, nothing on the path of a dirty page allocates: not a byte in thousands of operations. */
final class SteadyStateAllocationTest {
    private static final long COMPILED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int REPEATS = 200;
    private static final int PAGES = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(3 * 4096);
    private GuestMemory memory;
    private RamBlock block;
    private DirtyBitmap marks;
    private DirtyRound round;
    private TrackedWriter writer;

    @BeforeEach
    void open() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, PAGES * 4096L, new Backing.Anonymous())
                .build();
        block = memory.blocks().getFirst();
        marks = new DirtyBitmap(memory.pages());
        round = new DirtyRound(memory, new DirtyBitmapLog(marks));
        writer = new TrackedWriter(marks);
    }

    @AfterEach
    void free() {
        round.close();
        marks.close();
        memory.close();
        arena.close();
    }

    @Test
    void markingAllocatesNothing() {
        assertComesToAllocateNothing(() -> {
            for (long page = 0; page < PAGES; page += 7) {
                marks.mark(page);
            }
            marks.mark(1, PAGES - 2);
        });
    }

    @Test
    void trackedWritingAllocatesNothing() {
        assertComesToAllocateNothing(() -> {
            for (long page = 0; page < 300; page++) {
                writer.putLong(block, page * 4096, page);
                writer.put(block, page * 4096 + 100, bytes);
                writer.fill(block, page * 4096 + 100, 5000, (byte) 1);
            }
        });
    }

    @Test
    void collectingAllocatesNothing() {
        assertComesToAllocateNothing(() -> {
            marks.mark(5);
            marks.mark(64, 640);
            marks.mark(PAGES - 1);
            round.collect();
        });
    }

    @Test
    void takingCommittingAndPuttingBackAllocateNothing() {
        assertComesToAllocateNothing(() -> {
            round.addEveryPage();
            for (long page = 0; page < PAGES; page += 100) {
                round.take(page, 50);
            }
            round.putBack();
            round.take(0, PAGES);
            round.commit();
        });
    }

    @Test
    void findingTheBlockOfAPageAllocatesNothing() {
        assertComesToAllocateNothing(() -> {
            for (long page = 0; page < PAGES; page++) {
                marks.mark(memory.blockOfPage(page).firstPage());
            }
        });
    }

    /** Until the vector loops are compiled, vectors are objects; so it is asked again until the compiler has come round to it. */
    private void assertComesToAllocateNothing(Runnable operations) {
        long start = System.nanoTime();
        long allocatedBytes;
        do {
            allocatedBytes = allocatedBytesBy(operations);
        } while (allocatedBytes > 0 && System.nanoTime() - start < COMPILED_WITHIN_NANOS);
        assertThat(allocatedBytes).isZero();
    }

    private long allocatedBytesBy(Runnable operations) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < REPEATS; i++) {
            operations.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
