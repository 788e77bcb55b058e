package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationCounter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationCounter.EXPECTED_DOWNTIME;

/**
 * Asks the policy, keeps what it remembers, shows its figures, and sees to it that it is asked often enough and syncs not too
 * often.
 *
 * <p>Threads: single-threaded, the agent's. Reads no clock: it is told the time.
 */
final class Judge {
    /** The policy is asked when something changed, and otherwise this often, because limits may depend on time. */
    static final long INTERVAL_NANOS = 10_000_000L;

    /** Longest that the base rule waits for an early sync; syncs are far shorter, so they do not undo what is gained. */
    static final long EARLY_SYNC_NANOS_MAX = 5_000_000_000L;

    private final ConvergencePolicy policy;
    private final StatsBoard board;

    private MigrationParameters parameters;
    private RuleMemory memory = RuleMemory.none();
    private long judgedNanos;
    private boolean changed = true;
    private long limitNanos;
    private long earlySyncBytesMax = Long.MAX_VALUE;
    private boolean hurries = true;

    Judge(ConvergencePolicy policy, MigrationParameters parameters, StatsBoard board) {
        this.policy = policy;
        this.board = board;
        this.parameters = parameters;
        limitNanos = parameters.downtimeLimitNanos();
        board.set(DOWNTIME_LIMIT, limitNanos);
        board.set(EXPECTED_DOWNTIME, MigrationStats.UNKNOWN_NANOS);
    }

    MigrationParameters parameters() {
        return parameters;
    }

    /** From now on the operator wants this: whatever was put off is looked at again. */
    void setParameters(MigrationParameters wanted) {
        parameters = wanted;
        changed = true;
        hurries = true;
        earlySyncBytesMax = Long.MAX_VALUE;
    }

    /** What the policy judges is not what it was. */
    void somethingChanged() {
        changed = true;
    }

    boolean isDue(long now) {
        return changed || now >= nextNanos();
    }

    /** When it has to be asked again even if nothing changes. */
    long nextNanos() {
        return judgedNanos + INTERVAL_NANOS;
    }

    /** Judges the figures on the board. */
    Decision decide(long now) {
        judgedNanos = now;
        changed = false;
        Decision decision = policy.decide(board.current(), parameters, memory);
        memory = decision.memory();
        if (decision.downtimeLimitNanos() != limitNanos) {
            limitNanos = decision.downtimeLimitNanos();
            earlySyncBytesMax = Long.MAX_VALUE;
        }
        return decision;
    }

    /**
     * Whether to sync now. At the end of a pass, unless the last passes came to nothing: see {@link #synced}. In the middle of
     * one if a rule wants it; the base rule only if enough was sent, or enough time has passed, since it last wanted it in vain.
     */
    boolean wantsSync(Decision decision, long remainingBytes, long passNanos) {
        return switch (decision.action()) {
            case CONTINUE, CANCEL -> remainingBytes == 0 && isPassLongEnough(passNanos);
            case SYNC -> true;
            case SWITCH_OVER ->
                decision.rule().isForced()
                        || (remainingBytes == 0
                                ? isPassLongEnough(passNanos)
                                : remainingBytes <= earlySyncBytesMax || passNanos >= EARLY_SYNC_NANOS_MAX);
        };
    }

    private boolean isPassLongEnough(long passNanos) {
        return hurries || passNanos >= INTERVAL_NANOS;
    }

    /**
     * Learns from a sync after which the migration went on. One in the middle of a pass that turned out too early is not
     * repeated before half as much remains: while syncs take time, each of them finds pages anew, and syncing whenever the
     * rest just fits would find it just too large for ever. After 5 s it is: on a slow link half would take too long, on one
     * that stands still it would never come, and until then no other rule is heard. And when a short pass leaves as much as the one before, hurrying
     * gains nothing, and would only keep the guest busy with syncs: the next one waits until 10 ms have passed.
     */
    void synced(long remainingBytesBefore, long passNanos, long foundPagesBefore, long foundPages) {
        if (remainingBytesBefore > 0) {
            earlySyncBytesMax = remainingBytesBefore / 2;
        }
        hurries = foundPages < foundPagesBefore || passNanos > INTERVAL_NANOS;
    }
}
