package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Of a guest of 65 bands of 64 pages that writes 200 hot pages, from band 16 on, and 16 of a stream, from band 32 on, in each epoch. */
class DirtyMapTest {
    private static final int HOT_PAGES = 200;
    private static final int STREAM_PAGES = 16;
    private static final int BANDS = 65;

    private static JsonNode mapOf(int epochs) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        DirtyMap.of(new MadeHistory(epochs, HOT_PAGES, STREAM_PAGES)).putJson(json);
        return json;
    }

    private static int shadeAt(JsonNode map, int column, int band) throws IOException {
        return map.get("cells").binaryValue()[column * BANDS + band] & 0xff;
    }

    @Test
    void cellShowsTheShareOfItsPagesThatWereWritten() throws IOException {
        JsonNode map = mapOf(100);

        assertThat(map.get("bands").asInt()).isEqualTo(BANDS);
        assertThat(map.get("bandBytes").asInt()).isEqualTo(64 * 4096);
        assertThat(shadeAt(map, 0, 15)).isZero();
        assertThat(shadeAt(map, 0, 16)).as("all of 64").isEqualTo(255);
        assertThat(shadeAt(map, 0, 19)).as("8 of 64").isEqualTo(90);
        assertThat(shadeAt(map, 0, 32)).as("16 of 64").isEqualTo(128);
        assertThat(shadeAt(map, 0, 33)).isZero();
        assertThat(shadeAt(map, 4, 33)).as("where the stream has come to").isEqualTo(128);
        assertThat(shadeAt(map, 0, 64)).as("the other block").isZero();
    }

    @Test
    void longHistoryHasBoundedColumnsInWhichAPageCountsOnce() {
        JsonNode map = mapOf(480);

        assertThat(map.get("columns").asInt()).isEqualTo(DirtyMap.COLUMNS_MAX);
        assertThat(map.get("ends").get(0).asDouble()).isEqualTo(0.1);
        assertThat(map.get("ends").get(239).asDouble()).isEqualTo(24.0);
        assertThat(map.get("rates").get(0).asLong()).isEqualTo(10L * (HOT_PAGES + 2 * STREAM_PAGES) * 4096);
    }

    @Test
    void distinctPagesGrowUntilTheStreamComesRound() {
        JsonNode distinct = mapOf(100).get("distinct");

        assertThat(distinct.get(0).asLong()).isEqualTo((HOT_PAGES + STREAM_PAGES) * 4096L);
        assertThat(distinct.get(63).asLong()).isEqualTo((HOT_PAGES + 1024) * 4096L);
        assertThat(distinct.get(99).asLong()).isEqualTo((HOT_PAGES + 1024) * 4096L);
    }

    @ParameterizedTest
    @CsvSource({"0, 64, 0", "1, 1000000, 1", "16, 64, 128", "64, 64, 255"})
    void fewPagesOfManyAreSeen(long pages, long of, int shade) {
        assertThat(DirtyMap.shade(pages, of) & 0xff).isEqualTo(shade);
    }
}
