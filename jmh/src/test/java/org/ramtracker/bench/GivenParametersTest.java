package org.ramtracker.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** What a benchmark can take is taken, and what none can is refused before a JVM is started. */
class GivenParametersTest {
    private static void check(String line) throws CommandLineOptionException {
        List<String> words = Arrays.asList(line.split(" "));
        GivenParameters.check(words, new CommandLineOptions(words.toArray(String[]::new)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FirstWriteBenchmark -p logging=true",
                "ReplayLoadBenchmark -p speed=2.5",
                "ReplayLoadBenchmark -p trace=guest.trace",
                "MigrationBenchmark -p channels=0,2 -p fill=ZERO",
                "-p fill=RANDOM"
            })
    void valueOfTheParametersTypeIsTaken(String line) {
        assertThatCode(() -> check(line)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FirstWriteBenchmark -p logging=maybe | logging is true or false",
                "ReplayLoadBenchmark -p speed=fast | speed is a number",
                "MigrationBenchmark -p channels=2.5 | channels is a number",
                "MigrationBenchmark -p fill=BLUE | fill is ",
                "MigrationBenchmark -p colour=BLUE | the parameters of these benchmarks are ",
                "DirtyBitmapBenchmark -p colour=BLUE | these benchmarks have no parameters"
            })
    void whatNoBenchmarkTakesIsRefused(String line, String reason) {
        assertThatThrownBy(() -> check(line))
                .isInstanceOf(CommandLineOptionException.class)
                .hasMessageContaining(reason);
    }
}
