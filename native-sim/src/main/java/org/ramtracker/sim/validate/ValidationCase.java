package org.ramtracker.sim.validate;

import java.util.List;
import java.util.SplittableRandom;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.vmm.VmSpec;

/**
 * A guest and a way to move it, drawn from a seed: small, so that a run takes seconds, and such that some converge and some do
 * not. Five cases in a row have each of the patterns once, twelve in a row each of the policies, and sixty in a row each pattern
 * with each policy.
 *
 * @param number which case of the seed, from 0
 * @param vm the machine and its guest
 * @param preset the policy
 * @param parameters the policy's, with the limits of this case
 * @param bandwidthBytesPerSecond what limits it
 * @param limitedBy what keeps it to that
 */
public record ValidationCase(
        int number,
        VmSpec vm,
        ConvergencePreset preset,
        MigrationParameters parameters,
        long bandwidthBytesPerSecond,
        LimitedBy limitedBy) {
    /** What keeps a migration to its bandwidth. */
    public enum LimitedBy {
        /** The link: a relay that hands on so many bytes a second, also at the switchover. */
        LINK("link"),
        /** The source's own limit, which ends with the switchover. */
        MAX_BANDWIDTH("max-bandwidth");

        private final String word;

        LimitedBy(String word) {
            this.word = word;
        }

        /**
         * The word for people and programs.
         *
         * @return {@code link} or {@code max-bandwidth}
         */
        public String word() {
            return word;
        }
    }

    private static final long MIB = 1L << 20;
    private static final long[] RAM_MIB = {64, 96, 128, 192, 256};
    private static final long[] BANDWIDTH_MIB = {30, 45, 60, 90, 130, 200};
    /** Of the bandwidth, rewrites included. */
    private static final double[] DIRTY_SHARE = {0.1, 0.25, 0.4, 0.6, 0.8, 1.5, 3.0};

    private static final long[] DOWNTIME_LIMIT_MILLIS = {50, 100, 200, 400};
    /** A doubling each 60 s would be none in a run of seconds. */
    private static final long CONVERGENCE_TIMEOUT_NANOS = 2_000_000_000L;

    /**
     * A case; the same one for the same arguments, on every machine.
     *
     * @param seed of all cases
     * @param number which of them, from 0
     * @param engines what makes the writes, in turns
     * @return the case
     */
    public static ValidationCase of(long seed, int number, List<GuestEngine> engines) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        GuestKind[] kinds = GuestKind.values();
        long bandwidth = oneOf(random, BANDWIDTH_MIB) * MIB;
        long rate = Math.round(bandwidth * DIRTY_SHARE[random.nextInt(DIRTY_SHARE.length)]);
        GuestSpec guest = new GuestSpec(
                kinds[number % kinds.length],
                rate,
                random.nextInt(3) == 0 ? FillKind.MIXED : FillKind.RANDOM,
                random.nextLong(1 << 20),
                1,
                engines.get(number / kinds.length % engines.size()));
        VmSpec vm = new VmSpec(oneOf(random, RAM_MIB) * MIB, PageSize.KIB_4, guest);
        List<ConvergencePreset> presets = ConvergencePreset.all();
        ConvergencePreset preset = presets.get((int) Math.floorMod(seed + number, (long) presets.size()));
        LimitedBy limitedBy = random.nextBoolean() ? LimitedBy.LINK : LimitedBy.MAX_BANDWIDTH;
        return new ValidationCase(
                number, vm, preset, parameters(random, preset, bandwidth, limitedBy), bandwidth, limitedBy);
    }

    private static MigrationParameters parameters(
            SplittableRandom random, ConvergencePreset preset, long bandwidth, LimitedBy limitedBy) {
        MigrationParameters own = preset.parameters();
        boolean doubles = own.get(MigrationParameter.CONVERGENCE_TIMEOUT) > 0;
        MigrationParameters limited = own.with(
                        MigrationParameter.MAX_BANDWIDTH, limitedBy == LimitedBy.LINK ? 0 : bandwidth)
                .with(MigrationParameter.CONVERGENCE_TIMEOUT, doubles ? CONVERGENCE_TIMEOUT_NANOS : 0);
        return random.nextBoolean()
                ? limited
                : limited.with(MigrationParameter.DOWNTIME_LIMIT, oneOf(random, DOWNTIME_LIMIT_MILLIS) * 1_000_000L);
    }

    private static long oneOf(SplittableRandom random, long[] values) {
        return values[random.nextInt(values.length)];
    }
}
