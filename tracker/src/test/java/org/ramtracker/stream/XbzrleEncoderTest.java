package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.PageSize;
import org.ramtracker.simd.Kernels;

/** Deltas lead from the old page to the new one, are those of QEMU, and are the same from vectors as from words. */
class XbzrleEncoderTest {
    private static final long SEED = new SplittableRandom().nextLong();
    private static final int PAGE_BYTES = 4096;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment old = arena.allocate(PAGE_BYTES, 64);
    private final MemorySegment now = arena.allocate(PAGE_BYTES, 64);
    private final MemorySegment delta = arena.allocate(PAGE_BYTES, 64);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final XbzrleEncoder encoder = new XbzrleEncoder(PageSize.KIB_4);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void equalPagesHaveNoDelta() {
        assertThat(encode()).isEqualTo(XbzrleEncoder.UNCHANGED);
    }

    /** Those of Appendix A.6 of the format's description: runs at the beginning, in the middle and up to the last byte. */
    @Test
    void deltasAreThoseThatQemuWasRecordedToSend() {
        change(1132, 0x63, 0xC2);
        assertThat(encodedHex()).isEqualTo("ec080263c2");
        change(16, 0xF8, 0x0B);
        assertThat(encodedHex()).isEqualTo("1002f80b" + "da080263c2");
        old.copyFrom(now);
        change(4080, 0x48, 0x0F);
        change(4086, 0xFC, 0xF0);
        change(4094, 0x02, 0x02);
        assertThat(encodedHex()).isEqualTo("f01f02480f0402fcf006020202");
        old.copyFrom(now);
        change(0, 0x45);
        change(64, 0x45);
        assertThat(encodedHex()).isEqualTo("0001453f0145");
    }

    private void change(int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            now.set(JAVA_BYTE, at + i, (byte) bytes[i]);
        }
    }

    private String encodedHex() {
        byte[] bytes = new byte[encode()];
        MemorySegment.copy(delta, JAVA_BYTE, 0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }

    private int encode() {
        return encoder.encode(old, 0, now, 0, delta, 0);
    }

    @Test
    void pageThatIsNewAltogetherOverflows() {
        now.fill((byte) 1);
        assertThat(encode()).isEqualTo(XbzrleEncoder.OVERFLOW);
    }

    @Test
    void pageWhoseEveryOtherByteChangedOverflows() {
        for (int at = 0; at < PAGE_BYTES; at += 2) {
            change(at, 7);
        }
        assertThat(encode()).isEqualTo(XbzrleEncoder.OVERFLOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 30, 200, 700, 1500})
    void everyDeltaLeadsFromTheOldPageToTheNewOne(int changes) {
        XbzrleEncoder scalar = new XbzrleEncoder(PageSize.KIB_4, Kernels.scalar());
        MemorySegment scalarDelta = arena.allocate(PAGE_BYTES, 64);
        for (int round = 0; round < 500; round++) {
            changeSome(changes);
            int length = encode();
            String where = "%d changes, round %d, seed %d".formatted(changes, round, SEED);
            assertThat(scalar.encode(old, 0, now, 0, scalarDelta, 0)).as(where).isEqualTo(length);
            if (length >= 0) {
                assertThat(delta.asSlice(0, length).mismatch(scalarDelta.asSlice(0, length)))
                        .as(where)
                        .isEqualTo(-1);
                assertThat(XbzrleDecoder.apply(delta, 0, length, old, 0, PAGE_BYTES))
                        .as(where)
                        .isEqualTo(XbzrleDecoder.APPLIED);
                assertThat(old.mismatch(now)).as(where).isEqualTo(-1);
            }
        }
    }

    private void changeSome(int changes) {
        old.copyFrom(now);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(PAGE_BYTES);
            int end = Math.min(PAGE_BYTES, at + 1 + random.nextInt(4));
            for (int b = at; b < end; b++) {
                now.set(JAVA_BYTE, b, (byte) random.nextInt(256));
            }
        }
    }

    @Test
    void pagesThatLengthsCannotDescribeAreRefused() {
        assertThatThrownBy(() -> new XbzrleEncoder(PageSize.MIB_2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2097152 bytes, only of up to 16384");
    }
}
