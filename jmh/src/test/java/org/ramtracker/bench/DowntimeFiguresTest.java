package org.ramtracker.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DowntimeFiguresTest {
    private static final long LIMIT = 30_000;

    @Test
    void migrationsThatKeptTheirLimitAndTheirExpectationAreCountedApart() {
        DowntimeFigures figures = new DowntimeFigures();
        figures.add(20_000, 19_000, LIMIT);
        figures.add(20_000, 30_000, LIMIT);
        figures.add(20_000, 30_001, LIMIT);
        figures.add(40_000, 39_000, LIMIT);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        figures.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(figures.withinLimit()).isEqualTo(0.5);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("4 migrations: 50 % within the limit, 50 % within what was expected")
                .containsPattern(" 100 +40\\.0. +39\\.0. +10\\.0.");
    }

    @Test
    void withoutMigrationsNoneKeptItsLimit() {
        assertThat(new DowntimeFigures().withinLimit()).isZero();
    }
}
