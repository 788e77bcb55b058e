package org.ramtracker.migrate;

import java.util.EnumMap;
import java.util.Map;

/** Statistics made by hand, and what a policy says of them, the standard one unless told. Of a guest of 1 GiB in pages of 4 KiB. */
final class Situation {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000_000_000;

    private final Map<MigrationCounter, Long> figures = new EnumMap<>(MigrationCounter.class);
    private ConvergencePolicy policy = ConvergencePolicy.standard();
    private MigrationParameters parameters = MigrationParameters.defaults();
    private RuleMemory memory = RuleMemory.none();

    Situation() {
        set(MigrationCounter.STATUS, MigrationStatus.ACTIVE.code());
        set(MigrationCounter.PAGE_SIZE, 4096);
        set(MigrationCounter.TOTAL, 1L << 30);
        set(MigrationCounter.DIRTY_SYNC_COUNT, 1);
    }

    /** The situation at the beginning of the first pass, for the rules of a preset. */
    static Situation of(String preset) {
        Situation situation =
                new Situation().with(ConvergencePreset.named(preset).parameters());
        situation.policy = ConvergencePreset.named(preset).policy();
        return situation.set(MigrationCounter.REMAINING, 1L << 30);
    }

    Situation set(MigrationCounter counter, long value) {
        figures.put(counter, value);
        return this;
    }

    Situation with(MigrationParameter parameter, long value) {
        parameters = parameters.with(parameter, value);
        return this;
    }

    Situation with(MigrationParameters wanted) {
        parameters = wanted;
        return this;
    }

    Situation remembering(RuleMemory remembered) {
        memory = remembered;
        return this;
    }

    /** So much remains at so much a second, which does not fit unless a test says so. */
    Situation remaining(long bytes, long bytesPerSecond) {
        return set(MigrationCounter.REMAINING, bytes).set(MigrationCounter.WIRE_RATE, bytesPerSecond);
    }

    /** A second of sending is left: above any limit that is used here. */
    Situation tooMuchRemains() {
        return remaining(100_000_000, 100_000_000);
    }

    Situation elapsed(long nanos) {
        return set(MigrationCounter.TOTAL_TIME, nanos);
    }

    /** All that the last sync found was sent. */
    Situation sent() {
        return set(MigrationCounter.PASS_TRANSFERRED, 1).set(MigrationCounter.REMAINING, 0);
    }

    /** One sync more, which found so many pages. */
    Situation synced(long pages) {
        return set(MigrationCounter.DIRTY_SYNC_COUNT, stats().dirtySyncCount() + 1)
                .set(MigrationCounter.LAST_SYNC_DIRTY, pages)
                .set(MigrationCounter.REMAINING, pages * stats().pageSizeBytes())
                .set(MigrationCounter.PASS_TRANSFERRED, 0)
                .set(MigrationCounter.PASS_TIME, 0);
    }

    MigrationStats stats() {
        return MigrationStats.of(figures);
    }

    Decision decide() {
        return policy.decide(stats(), parameters, memory);
    }

    /** Decides, and remembers what the decision says. */
    Decision judge() {
        Decision decision = decide();
        memory = decision.memory();
        return decision;
    }
}
