package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

final class TrackedWriterTest {
    private static final int BLOCK_BYTES = 200 * 4096;

    private GuestMemory memory;
    private RamBlock high;
    private DirtyBitmap marks;
    private PageBitmap pending;
    private TrackedWriter writer;

    @BeforeEach
    void open() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 3 * 4096, new Backing.Anonymous())
                .block("high", 1 << 20, BLOCK_BYTES, new Backing.Anonymous())
                .build();
        high = memory.blocks().get(1);
        marks = new DirtyBitmap(memory.pages());
        pending = new PageBitmap(memory.pages());
        writer = new TrackedWriter(marks);
    }

    @AfterEach
    void free() {
        marks.close();
        pending.close();
        memory.close();
    }

    @Test
    void wordIsStoredAndItsPageMarked() {
        writer.putLong(high, 4096 + 8, 42);
        assertThat(high.segment().get(JAVA_LONG, 4096 + 8)).isEqualTo(42);
        assertMarked(high.firstPage() + 1, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, 1",
        "4095, 2, 0, 2",
        "4096, 4096, 1, 1",
        "258048, 4096, 63, 1",
        "262143, 2, 63, 2",
        "100, 819100, 0, 200",
        "819199, 1, 199, 1"
    })
    void rangeIsStoredAndEveryPageItTouchesIsMarked(long offsetBytes, long lengthBytes, long page, long pageCount) {
        try (Arena arena = Arena.ofConfined()) {
            writer.put(high, offsetBytes, arena.allocate(lengthBytes).fill((byte) 7));
        }
        assertHolds(offsetBytes, lengthBytes, (byte) 7);
        assertMarked(high.firstPage() + page, pageCount);
        writer.fill(high, offsetBytes, lengthBytes, (byte) 8);
        assertHolds(offsetBytes, lengthBytes, (byte) 8);
        assertMarked(high.firstPage() + page, pageCount);
    }

    @Test
    void emptyRangeMarksNothing() {
        writer.put(high, BLOCK_BYTES, MemorySegment.ofArray(new byte[0]));
        writer.fill(high, 0, 0, (byte) 1);
        assertThat(marks.harvestInto(pending)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"819193, 8", "819200, 1", "-1, 1", "-8, 8", "0, 819201", "9223372036854775807, 8"})
    void rangeOutsideTheBlockIsRefusedAndLeavesNoTrace(long offsetBytes, int lengthBytes) {
        assertLeavesNoTrace(() -> writer.put(high, offsetBytes, MemorySegment.ofArray(ones(lengthBytes))));
        assertLeavesNoTrace(() -> writer.fill(high, offsetBytes, lengthBytes, (byte) 1));
    }

    @ParameterizedTest
    @CsvSource({"819193", "819200", "-1", "-8", "9223372036854775800"})
    void wordOutsideTheBlockIsRefusedAndLeavesNoTrace(long offsetBytes) {
        assertLeavesNoTrace(() -> writer.putLong(high, offsetBytes, -1));
    }

    @Test
    void negativeLengthIsRefused() {
        assertLeavesNoTrace(() -> writer.fill(high, 4096, -1, (byte) 1));
    }

    @Test
    void misalignedWordIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> writer.putLong(high, 4, -1));
        assertThat(marks.harvestInto(pending)).isZero();
    }

    @Test
    void blockOfALargerMemoryIsRefusedBeforeItIsWritten() throws IOException {
        try (GuestMemory larger = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 10 * BLOCK_BYTES, new Backing.Anonymous())
                .build()) {
            RamBlock other = larger.blocks().getFirst();
            assertLeavesNoTrace(() -> writer.putLong(other, 0, -1));
            assertThat(other.segment().get(JAVA_LONG, 0)).isZero();
        }
    }

    @Test
    void writingAfterTheMemoryWasClosedThrows() {
        memory.close();
        assertThatIllegalStateException().isThrownBy(() -> writer.putLong(high, 0, 1));
    }

    private static byte[] ones(int lengthBytes) {
        byte[] ones = new byte[lengthBytes];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    private void assertHolds(long offsetBytes, long lengthBytes, byte value) {
        for (long at = 0; at < BLOCK_BYTES; at++) {
            boolean inside = at >= offsetBytes && at < offsetBytes + lengthBytes;
            assertThat(high.segment().get(JAVA_BYTE, at)).isEqualTo(inside ? value : 0);
        }
    }

    private void assertMarked(long firstPage, long pageCount) {
        pending.clear();
        assertThat(marks.harvestInto(pending)).isEqualTo(pageCount);
        assertThat(pending.remove(firstPage, pageCount)).isEqualTo(pageCount);
    }

    private void assertLeavesNoTrace(Runnable write) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(write::run);
        assertThat(high.segment().get(JAVA_LONG, BLOCK_BYTES - 8)).isZero();
        assertThat(high.segment().get(JAVA_LONG, 0)).isZero();
        assertThat(marks.harvestInto(pending)).isZero();
    }
}
