package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationParameter.AUTO_CONVERGE;
import static org.ramtracker.migrate.MigrationParameter.CONVERGENCE_TIMEOUT;
import static org.ramtracker.migrate.MigrationParameter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationParameter.MAX_ITERATIONS;
import static org.ramtracker.migrate.MigrationParameter.MAX_TOTAL_TIME;
import static org.ramtracker.migrate.MigrationParameter.MAX_TRANSFER_FACTOR;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A way to converge that somebody proposed, by name: rules, and the parameters that go with them. Each of the parameters can
 * be changed like any other.
 *
 * @param name the name on a command line
 * @param description what it does, in a few words
 * @param policy its rules
 * @param parameters its parameters
 */
public record ConvergencePreset(
        String name, String description, ConvergencePolicy policy, MigrationParameters parameters) {
    private static final MigrationParameters QEMU = MigrationParameters.defaults();
    private static final MigrationParameters QEMU_2011 = QEMU.with(DOWNTIME_LIMIT, 30_000_000L);

    private static final MigrationParameters HALF_A_SECOND = QEMU.with(DOWNTIME_LIMIT, 500_000_000L);
    private static final long XEN_PAGES = 50;
    private static final long SECOND = 1_000_000_000L;

    private static final List<ConvergencePreset> ALL = List.of(
            standard("qemu", "the rest fits into 300 ms", QEMU),
            standard("qemu-2011", "the rest fits into 30 ms", QEMU_2011),
            standard(
                    "treutner",
                    "qemu-2011, and stop after 10 passes or 3 times the RAM",
                    QEMU_2011.with(MAX_ITERATIONS, 10).with(MAX_TRANSFER_FACTOR, 3)),
            standard(
                    "liguori",
                    "qemu-2011, and double the downtime limit every 60 s",
                    QEMU_2011.with(CONVERGENCE_TIMEOUT, 60 * SECOND)),
            standard("qemu-autoconverge", "qemu, and throttle the guest", QEMU.with(AUTO_CONVERGE, true)),
            of(
                    "cloud-hypervisor",
                    "between passes, the rest fits into 300 ms at the rate of the last one; cancel after an hour",
                    QEMU.with(MAX_TOTAL_TIME, 3600 * SECOND),
                    new LastPass.Keeping(),
                    new LastPass.FitsAtItsRate()),
            of(
                    "xen",
                    "stop after 5 rounds, or when fewer than 50 pages are dirty",
                    QEMU.with(MAX_ITERATIONS, 5),
                    Habits.QEMU,
                    new FewDirtyPages(XEN_PAGES),
                    new RoundLimit()),
            of(
                    "xen-classic",
                    "stop after 29 rounds or 3 times the RAM, or when fewer than 50 pages are dirty",
                    QEMU.with(MAX_ITERATIONS, 29).with(MAX_TRANSFER_FACTOR, 3),
                    Habits.QEMU,
                    new FewDirtyPages(XEN_PAGES),
                    new RoundLimit(),
                    new BetweenPasses(new MaxTransferFactor())),
            of(
                    "p.haul",
                    "stop after 8 rounds, one of at most 64 pages, or one that is 10 % larger than the one before",
                    QEMU.with(MAX_ITERATIONS, 8),
                    new RoundPages.Keeping(),
                    new RoundPages.Stop()),
            qemuWith(
                    "nova",
                    "qemu, with a limit that rises from 50 to 500 ms, a step every 75 s for each GiB; cancel after 800 s for each",
                    HALF_A_SECOND,
                    new NovaSteps(),
                    new CompletionTimeout(800 * SECOND)),
            qemuWith(
                    "vdsm",
                    "qemu, with a limit that rises from 101 to 500 ms within five passes; cancel after 42 stalls",
                    HALF_A_SECOND,
                    new StallCount.Keeping(),
                    new StallCount.Limit()),
            qemuWith(
                    "kubevirt",
                    "qemu, and stop at a local minimum once nothing is gained for 40 s; cancel after 150 s for each GiB",
                    QEMU,
                    new StallWatch.Keeping(),
                    new StallWatch.LocalMinimum(),
                    new CompletionTimeout(150 * SECOND)));

    /** The rules of another system, and those that act only if they are turned on. */
    private static ConvergencePreset of(
            String name, String description, MigrationParameters parameters, Habits habits, Rule... rules) {
        List<Rule> all = new ArrayList<>(List.of(rules));
        all.add(new Deadline());
        all.add(new ThrottledSync());
        return new ConvergencePreset(name, description, new StandardPolicy(habits, List.copyOf(all)), parameters);
    }

    /** A manager of QEMU's: its rules come on top of the standard ones. */
    private static ConvergencePreset qemuWith(
            String name, String description, MigrationParameters parameters, Habits habits, Rule... rules) {
        List<Rule> all = new ArrayList<>(List.of(new BaseRule(), new MaxIterations(), new MaxTransferFactor()));
        all.addAll(List.of(rules));
        return of(name, description, parameters, habits, all.toArray(Rule[]::new));
    }

    private static ConvergencePreset standard(String name, String description, MigrationParameters parameters) {
        return new ConvergencePreset(name, description, ConvergencePolicy.standard(), parameters);
    }

    /**
     * Every preset.
     *
     * @return in the order of the documentation; the first is the default
     */
    public static List<ConvergencePreset> all() {
        return ALL;
    }

    /**
     * The preset of a name.
     *
     * @param name its name
     * @return the preset
     * @throws IllegalArgumentException if there is none of that name; the message lists the names
     */
    public static ConvergencePreset named(String name) {
        return ALL.stream()
                .filter(preset -> preset.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("policy '%s' is unknown; there are %s"
                        .formatted(
                                name, ALL.stream().map(ConvergencePreset::name).collect(Collectors.joining(", ")))));
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name;
    }
}
