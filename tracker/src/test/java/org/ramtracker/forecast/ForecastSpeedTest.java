package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ramtracker.migrate.MigrationParameters;

/** The bounds are loose because machines are busy; {@code docs/forecasting.md} has the figures of a quiet one. */
class ForecastSpeedTest {
    private static final long GIB_PAGES = 1 << 18;
    private static final long CPU_NANOS_MAX = 5_000_000_000L;

    /** An hour: twenty runs of 16 to 79 pages anywhere in the upper 60 GiB, every 50 ms, which is 70 MiB/s. */
    private static MadeHistory hour() {
        MadeHistory history = new MadeHistory(64 * GIB_PAGES, MadeHistory.EPOCH_NANOS);
        SplittableRandom random = new SplittableRandom(1);
        for (int epoch = 0; epoch < 72_000; epoch++) {
            long[] runs = new long[40];
            long page = 4 * GIB_PAGES;
            for (int i = 0; i < runs.length; i += 2) {
                page += 80 + random.nextLong(700_000);
                runs[i] = page;
                runs[i + 1] = 16 + random.nextLong(64);
            }
            history.epoch(runs);
        }
        return history;
    }

    @Test
    void hourOfLargeGuestThatNeverConvergesIsForecastInSeconds() {
        ForecastRequest request =
                ForecastRequest.of(hour(), MigrationParameters.of(0, 300_000_000), LinkModel.of(50_000_000));
        long begun = cpuNanos();
        long begunWithCompiler = allCpuNanos();

        Course course = Forecaster.play(request);

        System.out.printf(
                "an hour of 64 GiB in %.2f s of CPU time, %.2f s with what the JVM compiled%n",
                (cpuNanos() - begun) / 1e9, (allCpuNanos() - begunWithCompiler) / 1e9);
        assertThat(course.end()).isEqualTo(Course.End.HORIZON);
        assertThat(course.stats().elapsedNanos()).isGreaterThanOrEqualTo(ForecastRequest.HORIZON_NANOS);
        assertThat(cpuNanos() - begun).isLessThan(CPU_NANOS_MAX);
    }

    @Test
    void minuteOfSmallGuestTakesMilliseconds() {
        MadeHistory minute = MadeHistory.random(4 * GIB_PAGES, 0, 50_000, 20_000, 1200, MadeHistory.EPOCH_NANOS);
        ForecastRequest request =
                ForecastRequest.of(minute, MigrationParameters.of(0, 300_000_000), LinkModel.of(125_000_000));
        long begun = cpuNanos();
        for (int i = 0; i < 50; i++) {
            assertThat(Forecaster.play(request).converged()).isTrue();
        }
        assertThat(cpuNanos() - begun).isLessThan(CPU_NANOS_MAX);
    }

    private static long allCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
