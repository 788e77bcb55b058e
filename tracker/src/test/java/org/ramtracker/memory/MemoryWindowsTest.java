package org.ramtracker.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryWindowsTest {
    private static final long GIB = 1L << 30;

    @Test
    void bytesAcrossAWindowsEndAreSeenInTwoPieces() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, GIB + 8192, new Backing.Anonymous())
                .build()) {
            RamBlock block = memory.blocks().getFirst();
            block.segment().set(ValueLayout.JAVA_BYTE, GIB - 1, (byte) 1);
            block.segment().set(ValueLayout.JAVA_BYTE, GIB, (byte) 2);
            MemoryWindows windows = new MemoryWindows();

            ByteBuffer before = windows.window(block, GIB - 4096, 8192);
            assertThat(before.remaining()).isEqualTo(4096);
            assertThat(before.get(before.limit() - 1)).isEqualTo((byte) 1);

            ByteBuffer after = windows.window(block, GIB, 4096);
            assertThat(after.remaining()).isEqualTo(4096);
            assertThat(after.get()).isEqualTo((byte) 2);
        }
    }

    @Test
    void whatIsPutIntoAWindowIsInTheBlock() throws IOException {
        try (GuestMemory memory = GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 8192, new Backing.Anonymous())
                .build()) {
            RamBlock block = memory.blocks().getFirst();
            new MemoryWindows().window(block, 4096, 4096).put((byte) 7);

            assertThat(block.segment().get(ValueLayout.JAVA_BYTE, 4096)).isEqualTo((byte) 7);
        }
    }
}
