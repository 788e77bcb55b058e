package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.LinkModel;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.forecast.Regret;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.forecast.TraceIdentity;
import org.ramtracker.migrate.MigrationStatus;

class SweepTableTest {
    private static final long MS = 1_000_000;
    private static final SweepCase CASE = new SweepCase(
            new TraceIdentity("t", "checksum"),
            "qemu",
            30 * MS,
            new LinkModel(125_000_000, 0, 1 << 20),
            MachineModel.IDEAL,
            0,
            60_000 * MS,
            0);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONVERGES | FITTED | 30 | 24.9 s / 30 ms",
                "MARGINAL  | FITTED | 30 | ~ 24.9 s / 30 ms",
                "MARGINAL  | FITTED | 71 | ~ ! 24.9 s / 71 ms",
                "CONVERGES | FITTED | 71 | ! 24.9 s / 71 ms",
                "CONVERGES | FORCED | 30 | ! 24.9 s / 30 ms"
            })
    void everyDowntimeAboveTheLimitIsMarked(
            Forecast.Verdict verdict, Course.End end, long downtimeMillis, String cell) {
        SweepRow row = new SweepRow(
                CASE,
                verdict,
                end,
                MigrationStatus.COMPLETED,
                24_900 * MS,
                downtimeMillis * MS,
                20 * MS,
                30 * MS,
                5,
                1 << 20,
                0,
                false,
                new Regret(0, 0, OptionalLong.of(0), OptionalLong.of(0)));

        assertThat(SweepTable.of(List.of(row)).get(2)).isEqualTo("qemu               " + cell);
    }
}
