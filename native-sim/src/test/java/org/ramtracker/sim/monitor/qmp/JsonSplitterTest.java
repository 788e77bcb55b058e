package org.ramtracker.sim.monitor.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ramtracker.sim.monitor.MonitorException;

final class JsonSplitterTest {
    private final List<String> pieces = new ArrayList<>();
    private final JsonSplitter splitter =
            new JsonSplitter(json -> pieces.add(new String(json, StandardCharsets.UTF_8)));

    private List<String> split(String text) throws MonitorException {
        splitter.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return pieces;
    }

    @Test
    void commandsAreFoundHoweverManyAreInAPacket() throws Exception {
        assertThat(split("{\"a\":1}{\"b\":2}\r\n\r\n{\"c\":[3,{}]}"))
                .containsExactly("{\"a\":1}", "{\"b\":2}", "{\"c\":[3,{}]}");
    }

    @Test
    void aCommandMayBeSpreadOverLines() throws Exception {
        String pretty = "{\n  \"execute\" :\n    \"stop\"\n}";
        assertThat(split(pretty + "\n")).containsExactly(pretty);
    }

    @Test
    void bracketsAndQuotesInStringsEndNothing() throws Exception {
        String tricky = "{\"a}\": \"]\\\"}{\\\\\", 'b': '\"}'}";
        assertThat(split(tricky)).containsExactly(tricky);
    }

    @Test
    void anyChunkingGivesTheSamePieces() throws Exception {
        List<String> commands = List.of("{\"execute\":\"stop\"}", "[1,\"\\\"\"]", "{\"a\":{\"ü\":['}']}}", "{}");
        byte[] text = String.join(" \n", commands).getBytes(StandardCharsets.UTF_8);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            pieces.clear();
            for (int at = 0; at < text.length; ) {
                int length = Math.min(text.length - at, random.nextInt(1, 9));
                splitter.feed(ByteBuffer.wrap(text, at, length));
                at += length;
            }
            assertThat(pieces).as("seed %d, round %d", seed, round).isEqualTo(commands);
        }
    }

    @Test
    void garbageIsHandedOnInPiecesAndTheNextCommandIsUnderstood() throws Exception {
        assertThat(split("hello }, 'x {\"execute\n{\"a\":1}"))
                .startsWith("hello", "}", ",")
                .endsWith("{\"a\":1}");
    }

    @Test
    void aStringThatLacksItsQuoteEndsWithItsLine() throws Exception {
        assertThat(split("{\"execute\": \"stop}\n{\"a\":1}")).endsWith("{\"a\":1}");
    }

    @Test
    void aPieceOfTheLargestSizeIsTakenAndAnotherByteIsRefused() throws Exception {
        String largest = "\"" + "x".repeat(JsonSplitter.MESSAGE_BYTES_MAX - 2) + "\"";
        assertThat(split(largest)).hasSize(1);
        assertThatThrownBy(() -> split("\"" + "x".repeat(JsonSplitter.MESSAGE_BYTES_MAX)))
                .hasMessageContaining("token size limit exceeded");
    }

    @Test
    void nestingHasALimit() throws Exception {
        String deepest = "[".repeat(JsonSplitter.NESTING_MAX) + "]".repeat(JsonSplitter.NESTING_MAX);
        assertThat(split(deepest)).hasSize(1);
        assertThatThrownBy(() -> split("[" + deepest)).hasMessageContaining("nesting depth limit exceeded");
    }
}
