package org.ramtracker.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What ends a study, with a shell in place of the pairs of processes. */
class DowntimeStudyTest {
    private static final String VERIFIED =
            "echo '{\"verified\": true, \"switchover\": {\"expected-downtime-us\": 9000, \"downtime-us\": 8000, \"downtime-limit\": 30}}'; ";

    @TempDir
    Path directory;

    private static int study(String script, String... arguments) throws IOException, InterruptedException {
        DowntimeStudy study = new DowntimeStudy(migrate -> List.of("/bin/sh", "-c", script));
        CommandLine.ParseResult ignored = new CommandLine(study).parseArgs(arguments);
        return study.call();
    }

    @Test
    void allThatKeptTheirLimitMakeAGoodStudy() throws Exception {
        assertThat(study(VERIFIED, "--runs", "3", "--per-pair", "1")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--runs", "--per-pair"})
    void fewerThanOneIsRefused(String option) {
        assertThatThrownBy(() -> study(VERIFIED, option, "0"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--runs and --per-pair need 1 or more");
    }

    @Test
    void guestThatWasNotVerifiedEndsTheStudyAndItsProcess() throws Exception {
        Path pid = directory.resolve("pid");
        String notVerified = "echo $$ > " + pid + "; echo '{\"verified\": false}'; exec sleep 60";

        assertThatThrownBy(() -> study(VERIFIED + notVerified, "--runs", "2"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("guest 2 was not verified, so its downtime does not count");
        assertEnded(Long.parseLong(Files.readString(pid).strip()));
    }

    @Test
    void whatIsNoReportEndsTheProcessToo() throws Exception {
        Path pid = directory.resolve("pid");

        assertThatThrownBy(() -> study("echo $$ > " + pid + "; echo oops; exec sleep 60", "--runs", "2"))
                .hasMessageContaining("oops");
        assertEnded(Long.parseLong(Files.readString(pid).strip()));
    }

    private static void assertEnded(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null) {
            assertThat(process.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    @Test
    void pairThatEndsEarlyEndsTheStudy() {
        assertThatThrownBy(() -> study(VERIFIED, "--runs", "2"))
                .isInstanceOf(IOException.class)
                .hasMessage("after 1 of 2 guests a pair ended with exit code 0");
        assertThatThrownBy(() -> study(VERIFIED + "exit 3", "--runs", "1"))
                .hasMessage("after 1 of 1 guests a pair ended with exit code 3");
    }
}
