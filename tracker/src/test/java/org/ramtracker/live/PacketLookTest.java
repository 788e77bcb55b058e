package org.ramtracker.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

class PacketLookTest {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = 4;

    private final PacketLook look = new PacketLook(PageSize.KIB_4);
    private GuestMemory memory;
    private RamBlock block;
    private WorkPacket packet;

    @BeforeEach
    @SuppressWarnings("NullAway") // nobody sends this packet, so that it needs no channel
    void makePacket() throws IOException {
        memory = TestGuest.memory(PageSize.KIB_4, PAGES * PAGE_BYTES);
        block = memory.blocks().getFirst();
        packet = new WorkPacket(null, PAGES);
        packet.begin(block);
        assertThat(packet.add(block, 0, PAGES)).isEqualTo(PAGES);
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void onlyPagesWithoutAnyOtherByteAreZero() {
        write(0, 0);
        write(2, PAGE_BYTES - 1);
        look.begin(packet, block);

        assertThat(zeroPages()).containsExactly(1, 3);
    }

    /** Its dirty mark brings it again; what counts is that a page with bytes in it does not travel as a zero page. */
    @Test
    void pageThatIsWrittenAfterTheFirstLookIsNotZero() {
        look.begin(packet, block);
        write(1, 0);

        assertThat(zeroPages()).containsExactly(0, 2, 3);
    }

    @Test
    void nothingIsKeptOfThePacketBefore() {
        write(0, 0);
        look.begin(packet, block);
        packet.begin(block);
        assertThat(packet.add(block, 1, 3)).isEqualTo(3);
        look.begin(packet, block);

        assertThat(zeroPages()).containsExactly(0, 1);
    }

    private int[] zeroPages() {
        return IntStream.range(0, packet.pages())
                .filter(page -> look.isZero(page, packet, block))
                .toArray();
    }

    private void write(int page, int atByte) {
        block.segment().set(JAVA_BYTE, (long) page * PAGE_BYTES + atByte, (byte) 1);
    }
}
