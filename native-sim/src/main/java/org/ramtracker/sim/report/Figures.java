package org.ramtracker.sim.report;

import java.util.Locale;
import org.ramtracker.migrate.MigrationStats;

/** Numbers for people: three or four significant digits and a unit. Sizes are binary, as in the options. */
public final class Figures {
    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final double BINARY_STEP = 1024;
    private static final long KILO = 1_000;
    private static final long MEGA = 1_000_000;
    private static final long GIGA = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private Figures() {}

    /**
     * A size.
     *
     * @param bytes any
     * @return in binary units, with one decimal
     */
    public static String size(long bytes) {
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

    /**
     * What a link carries, as on the label of a network card if it is a whole number of Mbit/s.
     *
     * @param bytesPerSecond any
     * @return in decimal bits a second, or else in binary bytes a second
     */
    public static String linkRate(long bytesPerSecond) {
        long bits = bytesPerSecond * Byte.SIZE;
        if (bits < MEGA || bits % MEGA != 0) {
            return rate(bytesPerSecond);
        }
        return bits % GIGA == 0 ? bits / GIGA + " Gbit/s" : bits / MEGA + " Mbit/s";
    }

    /**
     * A time.
     *
     * @param nanos any; {@link MigrationStats#UNKNOWN_NANOS} is a question mark
     * @return in milliseconds below a second, else in seconds
     */
    public static String duration(long nanos) {
        if (nanos == MigrationStats.UNKNOWN_NANOS) {
            return "?";
        }
        double seconds = nanos / NANOS_PER_SECOND;
        return seconds >= 0.9995
                ? String.format(Locale.ROOT, secondsFormat(seconds), seconds)
                : String.format(Locale.ROOT, millisFormat(nanos), nanos / NANOS_PER_MILLI);
    }

    /**
     * A time as an option takes it: exact, where {@link #duration} rounds.
     *
     * @param nanos any, not negative
     * @return a whole number of the largest unit that divides it, no larger than a second
     */
    public static String exactDuration(long nanos) {
        if (nanos % GIGA == 0) {
            return nanos / GIGA + "s";
        }
        if (nanos % MEGA == 0) {
            return nanos / MEGA + "ms";
        }
        return nanos % KILO == 0 ? nanos / KILO + "us" : nanos + "ns";
    }

    /**
     * So many passes over memory.
     *
     * @param count any
     * @return with the noun
     */
    static String passes(long count) {
        return count == 1 ? "1 pass" : count + " passes";
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
