package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How mistakes are explained. */
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "--ram, 12X, size '12X'",
        "--bandwidth, fast, rate 'fast'",
        "--downtime-limit, 300, duration '300'",
        "--downtime-limit, 1000m, downtime-limit",
        "--policy, magic, 'there are qemu, qemu-2011, treutner, liguori, qemu-autoconverge'",
        "--max-cpu-throttle, 100, 1 to 99 percent",
        "--max-cpu-throttle, 10, cpu-throttle-initial (20) to 99 percent",
        "--max-total-time-action, explode, cancel or switch-over",
        "--convergence-timeout, 20000m, convergence-timeout",
        "--guest, lazy, no guest is called 'lazy'",
        "--fill, foam, no fill is called 'foam'",
        "--to, ftp:x, unknown transport 'ftp'",
        "--to, tcp:localhost:0, the port that the receiver listens on",
        "--page-size, 5000, page size 5000",
        "--ram, 5000, multiple of the page size",
        "--threads, 0, a guest of 0 threads",
        "--guest, kvm:lazy, no guest is called 'lazy'",
        "--dirty-log, crystal-ball, no dirty log is called 'crystal-ball'",
        "--dirty-log, kvm-ring, 'does not see what a guest of Java threads writes; choose marks or pagemap'",
        "--vcpus, 2, only a kvm guest has --vcpus; choose --threads",
        "--progress, foo, 'is none of auto, plain, none'",
        "--dup-bytes, foo, 'is none of zero, any'",
        "--xbzrle, 3, needs room for a page at least: 4096 bytes or more",
        "--guests, 0, '--guests needs 1 or more, and a destination of its own'"
    })
    void aBadOptionIsExplainedInOneLine(String option, String value, String explanation) {
        assertThat(run("migrate", option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(err.toString()).contains(explanation).endsWith("Try 'ramtracker migrate --help'.\n");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--runs, 0, --runs needs 1 or more",
        "--record, 1500ms, --record needs whole seconds",
        "--record, 0s, --record needs whole seconds",
        "--horizon, 0s, Invalid value for option '--horizon': duration '0s' is zero",
        "--engine, steam, steam",
        "--engine, replay, --engine replay has no pattern of its own"
    })
    void aValidationThatMakesNoSenseIsExplained(String option, String value, String explanation) {
        assertThat(run("validate", option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(explanation).endsWith("Try 'ramtracker validate --help'.\n");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kvm, --dirty-log, marks, 'a guest of vCPUs writes; choose kvm-log or kvm-clear or kvm-ring or pagemap'",
        "native:sweep, --dirty-log, kvm-log, a guest of native threads writes; choose pagemap",
        "kvm:idle, --threads, 2, a kvm guest has no --threads; choose --vcpus",
        "kvm, --vcpus, 65, a guest of 65 vCPUs: choose 1 to 64",
    })
    void whatDoesNotGoTogetherIsExplainedInOneLine(String guest, String option, String value, String explanation) {
        assertThat(run("migrate", "--guest", guest, option, value)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines()).hasSize(2);
        assertThat(err.toString()).contains(explanation);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forecast --model foo x | 'foo' is none of replay, sampled",
                "vm --name x --qmp foo | 'foo' is no Unix socket: write unix:PATH",
                "vm --name x --qmp tcp:localhost:1 | 'tcp:localhost:1' is no Unix socket: write unix:PATH",
                "migrate --guests 2 --to file:x | --guests needs 1 or more, and a destination of its own",
                "receive --listen file:x --channels 2 | --channels needs connections, --listen names a file",
                "record -o /nowhere/x --for 1s --every 2s | --every is longer than --for"
            })
    void whatACommandCannotDoIsExplained(String line, String explanation) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(explanation).doesNotContain("tcp:HOST");
    }

    @Test
    void constantsAreReadInAnyCase() {
        assertThat(run("migrate", "--progress", "NONE", "--dup-bytes", "Any", "--to", "file:/proc/x"))
                .isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp:no-such-host.invalid:1, unknown host no-such-host.invalid",
        "unix:/nowhere/socket, there is no socket /nowhere/socket; is 'ramtracker receive' running there?",
        "file:/nowhere/x, '/nowhere/x: there is no directory /nowhere; make it, or name another file'",
        "file:/proc/x, '/proc/x: no file can be made in /proc; name one in a directory that you may write to'"
    })
    void targetThatCannotBeReachedIsRefusedBeforeAGuestBoots(String uri, String explanation) {
        assertThat(run("migrate", "--ram", "100T", "--to", uri)).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).isEqualTo(explanation + "\n");
    }

    @ParameterizedTest
    @CsvSource({"record -o /proc/x", "migrate --counters /proc/x"})
    void fileThatCannotBeMadeIsRefusedBeforeAGuestBoots(String line) {
        assertThat(run((line + " --ram 100T").split(" "))).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .isEqualTo("/proc/x: no file can be made in /proc; name one in a directory that you may write to\n");
    }

    @Test
    void guestThatIsTooLargeForThisHostIsRefusedInWords() {
        assertThat(run("record", "--ram", "1000T", "-o", "/tmp/never-made")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .matches("no memory for a guest of 1048576000 MiB: this host has \\d+ MiB; choose a smaller --ram\n");
    }

    /** The kernel would map it, and kill somebody when it is filled. */
    @Test
    void guestThatIsTwiceAsLargeAsThisHostIsRefusedThoughItCouldBeMapped() {
        OperatingSystemMXBean host = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long hostBytes = host.getTotalMemorySize() + host.getTotalSwapSpaceSize();
        String ram = 2 * (hostBytes >> 20) + "M";

        assertThat(run("record", "--ram", ram, "-o", "/tmp/never-made")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .startsWith("no memory for a guest of %d MiB: this host has ".formatted(2 * (hostBytes >> 20)));
    }

    @Test
    void fileThatIsNoValidationIsRefusedBeforeTheFirstRunAndStaysAsItWas(@TempDir Path directory) throws IOException {
        Path kept = Files.writeString(directory.resolve("kept"), "what somebody needs");

        assertThat(run("validate", "--json", kept.toString())).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString()).isEqualTo(kept + ": exists already and is no validation; name another file\n");
        assertThat(kept).hasContent("what somebody needs");
        Path nowhere = directory.resolve("nowhere/v.json");
        assertThat(run("validate", "--json", nowhere.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains(nowhere + ": there is no directory ");
    }

    @Test
    void numberThatIsNoneIsCalledSo() {
        assertThat(run("validate", "--runs", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'--runs': 'x' is no whole number: write one like 2");
    }

    @Test
    void benchIsNamedThoughTheLauncherStartsIt() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).containsPattern("bench +Run the JMH benchmarks");
        assertThat(run("bench", "DowntimeBenchmark")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("./ramtracker bench DowntimeBenchmark");
    }

    @Test
    void aMissingCommandIsExplained() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("Missing command.");
    }

    @Test
    void aCommandThatThereIsNotIsAnsweredWithThoseThatThereAre() {
        assertThat(run("imigrate")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("there is no command 'imigrate'; there are migrate, ");
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void aPipeIsNoFileToReadAGuestFrom(@TempDir Path directory) throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThat(run("receive", "--listen", "file:" + pipe)).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString()).isEqualTo(pipe + ": is a device, a pipe or a socket; give the name of a file\n");
    }

    @Test
    void aRecordingThatCannotBeReadIsExplainedInOneLine(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        assertThat(run("inspect", missing.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).isEqualTo(missing + ": no such file\n");
    }

    @Test
    void helpNamesEveryOptionOfMigrate() {
        assertThat(run("migrate", "--help")).isZero();
        assertThat(out.toString())
                .contains("--ram", "--guest", "--dirty-rate", "--fill", "--seed", "--threads", "--bandwidth")
                .contains("--downtime-limit", "--to", "--page-size", "--dup-bytes", "--json")
                .contains("--policy", "--max-iterations", "--max-transfer-factor", "--avail-switchover-bandwidth")
                .contains("--convergence-timeout", "--convergence-timeout-max-downtime", "--[no-]auto-converge")
                .contains("--throttle-trigger-threshold", "--cpu-throttle-initial", "--cpu-throttle-increment")
                .contains("--[no-]cpu-throttle-tailslow", "--max-cpu-throttle", "--max-total-time-action");
    }
}
