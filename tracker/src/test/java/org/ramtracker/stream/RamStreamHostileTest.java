package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged streams end in an error that says where, or load when the damage is to content; they never hang. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RamStreamHostileTest {
    private static final int FLIP_ROUNDS = 3_000;

    private static byte[] golden() {
        StreamBytes stream = StreamBytes.begun()
                .hex("0512")
                .ascii("configuration/uuid")
                .be32(1)
                .hex("00112233445566778899aabbccddeeff")
                .u8(8)
                .be16(2)
                .be16(4)
                .be32(1)
                .startWithList()
                .part(1)
                .page("a", 0, 1)
                .zeroContinued(1)
                .eos(1)
                .part(1)
                .xbzrleContinued(0, "05 02 aabb 8001 03 010203")
                .zero("b", 0, 7)
                .eos(1)
                .end(1)
                .eos(1);
        return stream.begin(4, 2, "known", 0, 1)
                .be64(7)
                .footer(2)
                .eof()
                .description("{\"page_size\": 4096}")
                .toBytes();
    }

    @Test
    void truncationAnywhereIsReportedAsSuch() {
        byte[] golden = golden();
        int descriptionBytes = "{\"page_size\": 4096}".length() + VmDescriptionDescriptor.HEADER_LENGTH_BYTES;
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(golden, length);
            if (length == golden.length - descriptionBytes) {
                continue; // ends after EOF, which QEMU accepts too
            }
            try (LoadingHandler handler = new LoadingHandler().knowing("known", 8)) {
                assertThatThrownBy(() -> new RamStreamReader(StreamBytes.channel(cut), "test", handler).read())
                        .as("cut at %d", length)
                        .isInstanceOf(StreamFormatException.class)
                        .hasMessageContaining("truncated: the input ends at byte " + length + " ");
            }
        }
    }

    @Test
    void flippedBitsEndInAFormatErrorOrDoNoHarm() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < FLIP_ROUNDS; round++) {
            refused += isRefused(flipped(golden(), random), seed) ? 1 : 0;
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }

    private static byte[] flipped(byte[] bytes, SplittableRandom random) {
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            // Half of the flips hit the frame, where lengths and flags are, rather than the one large page.
            int at = random.nextBoolean() ? random.nextInt(bytes.length) : random.nextInt(200);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static boolean isRefused(byte[] stream, long seed) {
        try (LoadingHandler handler = new LoadingHandler().knowing("known", 8)) {
            new RamStreamReader(StreamBytes.channel(stream), "test", handler).read();
            return false;
        } catch (StreamFormatException e) {
            return true;
        } catch (IOException | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }
}
