package org.ramtracker.forecast;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ramtracker.migrate.MigrationOutcome;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.Switchover;

/**
 * How one migration went in virtual time.
 *
 * @param end why it ended
 * @param stats its figures, at the end or when it was given up
 * @param outcome what the engine said; of one that was given up, that it was cancelled
 * @param historyNanos how much of its history the guest went through
 * @param leastRemainingBytes the least that remained after a sync, from the second pass on; -1 without one
 * @param workingSet what the guest wrote during the last pass that was complete; empty if none was
 * @param events changes of limit and throttle, in order
 * @param moments the syncs of the dirty log while the guest ran, in order; at least the one at the set-up
 */
public record Course(
        End end,
        MigrationStats stats,
        MigrationOutcome outcome,
        long historyNanos,
        long leastRemainingBytes,
        Optional<WorkingSet> workingSet,
        List<Event> events,
        List<Moment> moments) {
    /** Why a migration ended. */
    public enum End {
        /** What remained fitted the downtime limit in force. */
        FITTED,
        /** A rule stopped the guest, whatever the downtime. */
        FORCED,
        /** A rule cancelled it. */
        CANCELLED,
        /** It went round in circles. */
        STEADY,
        /** It was not over at the horizon. */
        HORIZON;

        /**
         * The word for programs.
         *
         * @return for example {@code fitted}
         */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The end of a word.
         *
         * @param word {@link #word} of one
         * @return the end
         * @throws IllegalArgumentException if there is none of that word
         */
        public static End ofWord(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * A change of what the rules allow or do.
     *
     * @param elapsedNanos when, since the start of the migration
     * @param downtimeLimitNanos the limit in force then
     * @param throttlePercent the guest's throttle then
     */
    public record Event(long elapsedNanos, long downtimeLimitNanos, int throttlePercent) {}

    /**
     * A sync of the dirty log: what was left to send before it, and after it. Between two of them the guest writes, and what
     * remains only shrinks.
     *
     * @param elapsedNanos when it was over, since the start of the migration
     * @param dirtySyncCount its number, 1 at the set-up: the pass that it begins
     * @param remainingBytesBefore what the pass that it ended had not sent
     * @param remainingBytes what remains now
     * @param expectedDowntimeNanos downtime if the guest were stopped now; {@link MigrationStats#UNKNOWN_NANOS} until a bandwidth
     *     is known
     */
    public record Moment(
            long elapsedNanos,
            long dirtySyncCount,
            long remainingBytesBefore,
            long remainingBytes,
            long expectedDowntimeNanos) {}

    /** Keeps lists of its own. */
    public Course {
        events = List.copyOf(events);
        moments = List.copyOf(moments);
    }

    /**
     * The hardest throttle that the guest felt.
     *
     * @return percent, 0 if it was never throttled
     */
    public int throttlePercentMax() {
        return events.stream().mapToInt(Event::throttlePercent).max().orElse(0);
    }

    /**
     * Whether it converged.
     *
     * @return true if what remained came to fit the limit
     */
    public boolean converged() {
        return end == End.FITTED;
    }

    /**
     * Whether it completed, converged or by force.
     *
     * @return true if the guest arrived
     */
    public boolean completed() {
        return end == End.FITTED || end == End.FORCED;
    }

    /**
     * The switchover.
     *
     * @return what was expected and what it was; empty if it did not come to one
     */
    public Optional<Switchover> switchover() {
        return outcome.switchover();
    }
}
