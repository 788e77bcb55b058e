package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

class GuestStateTest {
    private static final GuestSpec SPEC =
            new GuestSpec(GuestKind.BURSTY, 100L << 20, FillKind.MIXED, 0x1122334455667788L, 2);
    private static final GuestState STATE = new GuestState(
            SPEC,
            true,
            List.of(new ThreadProgress(1000, 5), new ThreadProgress(0xabcdef, 999_999_999)),
            ByteBuffer.allocate(0));

    private final GuestMemory memory = Memories.several(PageSize.KIB_4);
    private final byte[] encoded = STATE.encode(memory);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void comesBackAsItWas() throws GuestStateException {
        assertThat(GuestState.decode(encoded, memory)).isEqualTo(STATE);
        assertThat(encoded).hasSize(GuestState.lengthBytes(SPEC));
    }

    @Test
    void hasTheDocumentedLayout() {
        assertThat(HexFormat.of().formatHex(encoded))
                .isEqualTo("52544753" + "0002" + "04" + "02" + "01" + "00" + "000000000000"
                        + "1122334455667788" + "0000000006400000"
                        + HexFormat.of().formatHex(encoded, 32, 40)
                        + "0002" + "0000" + "00000000"
                        + "00000000000003e8" + "00000005"
                        + "0000000000abcdef" + "3b9ac9ff"
                        + HexFormat.of().formatHex(encoded, encoded.length - 4, encoded.length));
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> GuestState.decode(cut, memory)).isInstanceOf(GuestStateException.class);
        }
    }

    @Test
    void everyFlippedBitIsRefused() {
        for (int bit = 0; bit < 8 * encoded.length; bit++) {
            byte[] flipped = encoded.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> GuestState.decode(flipped, memory)).isInstanceOf(GuestStateException.class);
        }
    }

    @Test
    void noiseBehindAGoodChecksumIsRefusedOrValid() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] noisy = encoded.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
            }
            try {
                GuestState state = GuestState.decode(sealed(noisy), memory);
                assertThat(state.threads()).hasSize(state.spec().threads());
            } catch (GuestStateException e) {
                assertThat(e.getMessage()).startsWith("guest state: ").doesNotContain("\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, ff, begins with",
        "4, 0003, version 3",
        "6, 09, 'kind 9 at byte 6, known are 0 to 4'",
        "7, ff, fill 255 at byte 7",
        "8, 02, stopped 2",
        "9, 07, engine 7 at byte 9",
        "24, ffffffffffffffff, dirty rate of -1",
        "32, 0000000000000000, another layout",
        "40, 0000, guest of 0 threads",
        "40, 0003, bytes for 3 threads",
        "48, 0001000000000000, 281474976710656 steps at byte 48",
        "48, ffffffffffffffff, 18446744073709551615 steps",
        "56, 3b9aca00, phase of 1000000000 ns at byte 56",
        "6, 00, impossible for thread 0 of a guest of kind idle",
    })
    void aFieldOutOfRangeIsNamed(int offsetBytes, String hex, String message) {
        byte[] wrong = encoded.clone();
        byte[] field = HexFormat.of().parseHex(hex);
        System.arraycopy(field, 0, wrong, offsetBytes, field.length);
        assertThatThrownBy(() -> GuestState.decode(sealed(wrong), memory))
                .isInstanceOf(GuestStateException.class)
                .hasMessageStartingWith("guest state: ")
                .hasMessageContaining(message);
    }

    @Test
    void memoryOfAnotherShapeIsRefused() {
        try (GuestMemory other = Memories.single(PageSize.KIB_4, 202)) {
            assertThatThrownBy(() -> GuestState.decode(encoded, other)).hasMessageContaining("another layout");
        }
    }

    private static byte[] sealed(byte[] state) {
        CRC32C crc = new CRC32C();
        crc.update(state, 0, state.length - 4);
        ByteBuffer.wrap(state).putInt(state.length - 4, (int) crc.getValue());
        return state;
    }
}
