package org.ramtracker.sim.vmm;

import java.time.Duration;
import java.util.Optional;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.MigrationCounters;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.scan.DuplicateBytes;

/**
 * How to migrate.
 *
 * @param policy the rules
 * @param parameters what the operator sets
 * @param duplicates which pages travel as one byte
 * @param compare whether to compare the destination's memory with the source's before the guest runs on
 * @param runFor how long a guest runs on before it checks itself, where this process lets it run
 * @param counters where the figures are published as they change
 * @param transfer in what form pages travel
 */
public record MigrationOptions(
        ConvergencePolicy policy,
        MigrationParameters parameters,
        DuplicateBytes duplicates,
        boolean compare,
        Duration runFor,
        Optional<MigrationCounters> counters,
        TransferSpec transfer) {
    /** How long a guest runs on before its self-check, unless somebody wants otherwise. */
    public static final Duration RUN_FOR_DEFAULT = Duration.ofMillis(500);

    /**
     * Options for pages that travel whole, in the one stream.
     *
     * @param policy the rules
     * @param parameters what the operator sets
     * @param duplicates which pages travel as one byte
     * @param compare whether to compare the destination's memory with the source's
     * @param runFor how long a guest runs on before it checks itself
     * @param counters where the figures are published
     */
    public MigrationOptions(
            ConvergencePolicy policy,
            MigrationParameters parameters,
            DuplicateBytes duplicates,
            boolean compare,
            Duration runFor,
            Optional<MigrationCounters> counters) {
        this(policy, parameters, duplicates, compare, runFor, counters, TransferSpec.PLAIN);
    }

    /**
     * The same with pages in another form.
     *
     * @param spec in what form pages travel
     * @return the options
     */
    public MigrationOptions with(TransferSpec spec) {
        return new MigrationOptions(policy, parameters, duplicates, compare, runFor, counters, spec);
    }

    /**
     * QEMU's defaults, with comparison.
     *
     * @return the options
     */
    public static MigrationOptions defaults() {
        return new MigrationOptions(
                ConvergencePolicy.standard(),
                MigrationParameters.defaults(),
                DuplicateBytes.ZERO,
                true,
                RUN_FOR_DEFAULT,
                Optional.empty());
    }
}
