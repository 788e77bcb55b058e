package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "migrate, --ram, 1G",
        "migrate, --fill, zero",
        "record -o none, --page-size, 64K",
        "record -o none, --dirty-rate, 1M",
        "migrate, --threads, 2",
        "vm --name x, --vcpus, 2"
    })
    void whatATraceTellsIsNotAskedFor(String command, String option, String value) {
        StringWriter err = new StringWriter();
        String line = "%s --guest replay:/nowhere/trace %s %s".formatted(command, option, value);

        int exitCode = Main.commandLine().setErr(new PrintWriter(err)).execute(line.split(" "));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(option + " contradicts --guest replay: the trace says what memory the guest has");
    }
}
