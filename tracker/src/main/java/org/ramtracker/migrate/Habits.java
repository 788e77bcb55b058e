package org.ramtracker.migrate;

/** What differs from system to system besides the rules: the downtime limit in force, the bandwidth, and what is remembered. */
interface Habits {
    /** The limit that was set, the bandwidth that was measured, and no memory. */
    Habits QEMU = new Habits() {};

    /**
     * Brings the memory of the preset up to date, before any rule is asked.
     *
     * @param memory what was remembered; that of another preset counts as nothing
     */
    default PresetMemory remember(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
        return PresetMemory.Nothing.NOTHING;
    }

    /** The downtime limit in force, before a convergence timeout doubles it. */
    default long downtimeLimitNanos(MigrationStats stats, MigrationParameters parameters, PresetMemory memory) {
        return parameters.downtimeLimitNanos();
    }

    /** The bandwidth to divide by, unless the operator knows it. */
    default long wireBytesPerSecond(MigrationStats stats, PresetMemory memory) {
        return stats.wireBytesPerSecond();
    }
}
