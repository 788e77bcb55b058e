package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ramtracker.migrate.MigrationListener;

/**
 * Remembers what rules did to a migration.
 *
 * <p>Threads: the agent writes; anybody reads.
 */
public final class ConvergenceLog implements MigrationListener {
    private final List<Step> limits = new CopyOnWriteArrayList<>();
    private final List<Step> throttles = new CopyOnWriteArrayList<>();

    /**
     * A value from some time on.
     *
     * @param elapsedNanos when, since the start of the migration
     * @param value a downtime limit in nanoseconds, or a throttle in percent
     */
    public record Step(long elapsedNanos, long value) {}

    @Override
    public void onDowntimeLimit(long elapsedNanos, long downtimeLimitNanos) {
        limits.add(new Step(elapsedNanos, downtimeLimitNanos));
    }

    @Override
    public void onThrottle(long elapsedNanos, int percent) {
        throttles.add(new Step(elapsedNanos, percent));
    }

    /**
     * Every downtime limit that was in force.
     *
     * @return by time, the first from the start
     */
    public List<Step> limits() {
        return List.copyOf(limits);
    }

    /**
     * Every throttle.
     *
     * @return by time; empty if the guest was never throttled
     */
    public List<Step> throttles() {
        return List.copyOf(throttles);
    }
}
