package org.ramtracker.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XbzrleDecoderTest {
    private static final int PAGE_BYTES = 4096;

    @ParameterizedTest
    @CsvSource({
        "ec080263c2, 1132, 63c2",
        "1002f80b, 16, f80b",
        "f01f02480f0402fcf006020202, 4080, 480f00000000fcf00000000000000202",
        "ff1f01aa, 4095, aa",
        "0001aa, 0, aa",
        "810001aa, 1, aa",
    })
    void deltasThatQemuTakesAreApplied(String delta, int at, String expected) {
        byte[] page = new byte[PAGE_BYTES];
        byte[] model = new byte[PAGE_BYTES];
        byte[] changed = HexFormat.of().parseHex(expected);
        System.arraycopy(changed, 0, model, at, changed.length);
        assertThat(apply(HexFormat.of().parseHex(delta), page)).isEqualTo(XbzrleDecoder.APPLIED);
        assertThat(page).isEqualTo(model);
    }

    @Test
    void emptyDeltaChangesNothing() {
        byte[] page = StreamBytes.content(1);
        assertThat(apply(new byte[0], page)).isEqualTo(XbzrleDecoder.APPLIED);
        assertThat(page).isEqualTo(StreamBytes.content(1));
    }

    @ParameterizedTest
    @CsvSource({
        "05, RUN_MISSING, a lone zrun",
        "0501, RUN_MISSING, no room for the nzrun's length and a byte",
        "0001aa05, RUN_MISSING, a trailing zrun",
        "0001aa8001, RUN_MISSING, a trailing zrun of two bytes",
        "808001aa, LENGTH_TOO_LONG, a length of three bytes",
        "000000, RUN_EMPTY, an empty nzrun",
        "0001aa0001bb, RUN_EMPTY, an empty zrun that is not the first",
        "802001aa, BEYOND_PAGE, a run that begins at the end of the page",
        "ff1f02aabb, BEYOND_PAGE, a run that crosses the end of the page",
        "0005aabb, BEYOND_DELTA, fewer literal bytes than announced",
    })
    void deltasThatQemuRefusesAreRefused(String delta, String code, String why) throws ReflectiveOperationException {
        int expected = XbzrleDecoder.class.getField(code).getInt(null);
        int actual = apply(HexFormat.of().parseHex(delta), new byte[PAGE_BYTES]);
        assertThat(actual).as(why).isEqualTo(expected);
        assertThat(XbzrleDecoder.describe(actual)).isNotEmpty();
    }

    @Test
    void whatTheModelEncodesIsDecoded() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] before = randomPage(random);
            byte[] after = changed(before, random);
            byte[] delta = encode(before, after);
            if (delta.length <= PAGE_BYTES) {
                assertThat(apply(delta, before)).as("seed %d", seed).isEqualTo(XbzrleDecoder.APPLIED);
                assertThat(before).as("seed %d", seed).isEqualTo(after);
            }
        }
    }

    @Test
    void garbageNeverReachesBeyondPageOrDelta() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] delta = new byte[random.nextInt(64)];
            random.nextBytes(delta);
            byte[] page = new byte[3 * PAGE_BYTES];
            int code = XbzrleDecoder.apply(
                    MemorySegment.ofArray(delta), 0, delta.length, MemorySegment.ofArray(page), PAGE_BYTES, PAGE_BYTES);
            assertThat(code).as("seed %d", seed).isBetween(XbzrleDecoder.BEYOND_DELTA, XbzrleDecoder.APPLIED);
            assertThat(isZero(page, 0, PAGE_BYTES) && isZero(page, 2 * PAGE_BYTES, 3 * PAGE_BYTES))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
    }

    private static int apply(byte[] delta, byte[] page) {
        return XbzrleDecoder.apply(
                MemorySegment.ofArray(delta), 0, delta.length, MemorySegment.ofArray(page), 0, PAGE_BYTES);
    }

    private static byte[] randomPage(SplittableRandom random) {
        byte[] page = new byte[PAGE_BYTES];
        random.nextBytes(page);
        return page;
    }

    private static byte[] changed(byte[] before, SplittableRandom random) {
        byte[] after = before.clone();
        for (int run = random.nextInt(40); run >= 0; run--) {
            int from = random.nextInt(PAGE_BYTES);
            int to = Math.min(PAGE_BYTES, from + 1 + random.nextInt(60));
            for (int at = from; at < to; at++) {
                after[at] = (byte) random.nextInt();
            }
        }
        return after;
    }

    /** A plain encoder: exact runs, byte by byte. */
    static byte[] encode(byte[] before, byte[] after) {
        ByteArrayOutputStream delta = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int changed = at;
            while (changed < after.length && before[changed] == after[changed]) {
                changed++;
            }
            if (changed == after.length) {
                return delta.toByteArray();
            }
            int end = changed;
            while (end < after.length && before[end] != after[end]) {
                end++;
            }
            putLength(delta, changed - at);
            putLength(delta, end - changed);
            delta.write(after, changed, end - changed);
            at = end;
        }
    }

    private static void putLength(ByteArrayOutputStream target, int length) {
        if (length < 0x80) {
            target.write(length);
        } else {
            target.write((length & 0x7F) | 0x80);
            target.write(length >> 7);
        }
    }
}
