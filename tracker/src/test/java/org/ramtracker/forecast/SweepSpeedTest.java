package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.ConvergencePreset;

/** The bound is loose because machines are busy; {@code docs/forecasting.md} has the figures of a quiet core. */
class SweepSpeedTest {
    private static final long GIB_PAGES = 1 << 18;
    private static final long MS = 1_000_000;
    private static final TraceIdentity TRACE = new TraceIdentity("minute", "0");

    /** A minute of a guest of 4 GiB that writes 78 MiB/s to single pages anywhere in 195 MiB. */
    private static DirtyHistory minute() {
        return MadeHistory.random(4 * GIB_PAGES, 4096, 50_000, 20_000, 1200, MadeHistory.EPOCH_NANOS)
                .inMemory();
    }

    private static List<SweepCase> cases() {
        List<SweepCase> cases = new ArrayList<>();
        for (long megabytes : new long[] {125, 625, 1250}) {
            for (long limitMillis : new long[] {30, 300}) {
                for (ConvergencePreset preset : ConvergencePreset.all()) {
                    cases.add(new SweepCase(
                            TRACE,
                            preset.name(),
                            limitMillis * MS,
                            LinkModel.of(megabytes * 1_000_000),
                            MachineModel.IDEAL,
                            0,
                            ForecastRequest.HORIZON_NANOS,
                            0));
                }
            }
        }
        return cases;
    }

    @Test
    void manyForecastsAMinuteOnOneCore() throws InterruptedException {
        DirtyHistory history = minute();
        List<SweepCase> cases = cases();
        Sweep.run(cases.subList(0, 12), trace -> history, 1, row -> {}); // compiled
        List<SweepRow> rows = new ArrayList<>();
        long begun = cpuNanos();

        Sweep.run(cases, trace -> history, 1, rows::add);

        double perMinute = rows.size() * 60e9 / (cpuNanos() - begun);
        System.out.printf("%.0f forecasts a minute of CPU time%n", perMinute);
        assertThat(perMinute).isGreaterThan(100);
    }

    /** Of all threads: a forecast uses several. */
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
