package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameters;
import picocli.CommandLine;

/** Presets and what is said on top of them. */
class ConvergenceOptionsTest {
    private static MigrationParameters parameters(String line) {
        return CommandLine.populateCommand(new ConvergenceOptions(), line.isEmpty() ? new String[0] : line.split(" "))
                .parameters();
    }

    @ParameterizedTest
    @CsvSource({"qemu", "qemu-2011", "treutner", "liguori", "qemu-autoconverge"})
    void presetAloneChangesNothing(String name) {
        assertThat(parameters("--policy " + name))
                .isEqualTo(ConvergencePreset.named(name).parameters());
    }

    @Test
    void withoutOptionsItIsQemu() {
        assertThat(parameters("")).isEqualTo(MigrationParameters.defaults());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--policy treutner --max-iterations 30 | {downtime-limit=30000000, max-iterations=30, max-transfer-factor=3}",
                "--max-transfer-factor 0 --policy treutner | {downtime-limit=30000000, max-iterations=10}",
                "--policy qemu-autoconverge --no-auto-converge | {}",
                "--policy liguori --downtime-limit 300ms --convergence-timeout 0 | {}",
                "--bandwidth 1M | {max-bandwidth=1048576}",
                "--max-bandwidth 0 | {max-bandwidth=0}",
                "--avail-switchover-bandwidth 8Gbit | {avail-switchover-bandwidth=1000000000}",
                "--convergence-timeout 5s --convergence-timeout-max-downtime 1s"
                        + " | {convergence-timeout=5000000000, convergence-timeout-max-downtime=1000000000}",
                "--auto-converge --cpu-throttle-tailslow | {auto-converge=1, cpu-throttle-tailslow=1}",
                "--throttle-trigger-threshold 40 --cpu-throttle-initial 5 --cpu-throttle-increment 7 --max-cpu-throttle 60"
                        + " | {throttle-trigger-threshold=40, cpu-throttle-initial=5, cpu-throttle-increment=7, max-cpu-throttle=60}",
                "--max-total-time 9s | {max-total-time=9000000000}",
                "--timeout 9s --max-total-time-action switch-over"
                        + " | {max-total-time=9000000000, max-total-time-action=1}"
            })
    void optionWinsOverThePreset(String line, String differences) {
        assertThat(parameters(line)).hasToString(differences);
    }

    @Test
    void bandwidthIsNotGivenByBothOfItsNames() {
        assertThatThrownBy(() -> parameters("--bandwidth 1M --max-bandwidth 2M"))
                .hasMessage("--bandwidth and --max-bandwidth are the same; give one of them");
    }

    @ParameterizedTest
    @CsvSource({"--bandwidth", "--max-bandwidth"})
    void complaintNamesTheOptionThatWasTyped(String option) {
        assertThatThrownBy(() -> parameters(option + " -5")).hasMessageContaining("option '" + option + "'");
    }
}
