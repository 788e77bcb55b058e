package org.ramtracker.sim.report;

import java.util.Locale;
import org.ramtracker.migrate.MigrationStats;

/** Numbers for people: three or four significant digits and a unit. Sizes are binary, as in the options. */
final class Figures {
    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final double BINARY_STEP = 1024;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private Figures() {}

    static String size(long bytes) {
        int unit = 0;
        double amount = (double) bytes;
        while (amount >= BINARY_STEP && unit < BINARY_UNITS.length - 1) {
            amount /= BINARY_STEP;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, BINARY_UNITS[unit]);
    }

    static String rate(long bytesPerSecond) {
        return size(bytesPerSecond) + "/s";
    }

    static String duration(long nanos) {
        if (nanos == MigrationStats.UNKNOWN_NANOS) {
            return "?";
        }
        double seconds = nanos / NANOS_PER_SECOND;
        return seconds >= 0.9995
                ? String.format(Locale.ROOT, secondsFormat(seconds), seconds)
                : String.format(Locale.ROOT, millisFormat(nanos), nanos / NANOS_PER_MILLI);
    }

    private static String secondsFormat(double seconds) {
        if (seconds >= 99.95) {
            return "%.0f s";
        }
        return seconds < 9.995 ? "%.2f s" : "%.1f s";
    }

    private static String millisFormat(long nanos) {
        return nanos >= 9_950_000 || nanos == 0 ? "%.0f ms" : "%.2f ms";
    }
}
