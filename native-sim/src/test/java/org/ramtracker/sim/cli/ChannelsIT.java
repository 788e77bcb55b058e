package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.sim.cli.Jar.Ended;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ramtracker migrate --channels} as users run it, in two processes. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ChannelsIT {
    private static final String BUSY =
            "migrate --ram 32M --guest hotset --threads 2 --dirty-rate 64M --run-for 100ms --json --channels 2 ";

    /** The link is slow enough that compressing pays. */
    @ParameterizedTest
    @CsvSource({"none, 0", "zlib, 64M", "zstd, 64M"})
    void busyGuestArrivesWholeOverTwoChannels(String method, String bandwidth) throws Exception {
        Ended ended = Jar.run((BUSY + "--compress " + method + " --bandwidth " + bandwidth).split(" "));

        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        JsonNode result = JsonMapper.builder().build().readTree(ended.out());
        assertThat(result.get("verified").asBoolean()).as(ended.toString()).isTrue();
        assertThat(result.get("channels")).hasSize(2);
        for (JsonNode channel : result.get("channels")) {
            assertThat(channel.get("normal").asLong()).isPositive();
            assertThat(channel.get("compressed").asLong() > 0).isEqualTo(!method.equals("none"));
        }
    }
}
