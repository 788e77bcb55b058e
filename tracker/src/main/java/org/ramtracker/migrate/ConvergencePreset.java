package org.ramtracker.migrate;

import static org.ramtracker.migrate.MigrationParameter.AUTO_CONVERGE;
import static org.ramtracker.migrate.MigrationParameter.CONVERGENCE_TIMEOUT;
import static org.ramtracker.migrate.MigrationParameter.DOWNTIME_LIMIT;
import static org.ramtracker.migrate.MigrationParameter.MAX_ITERATIONS;
import static org.ramtracker.migrate.MigrationParameter.MAX_TRANSFER_FACTOR;

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
                    QEMU_2011.with(CONVERGENCE_TIMEOUT, 60_000_000_000L)),
            standard("qemu-autoconverge", "qemu, and throttle the guest", QEMU.with(AUTO_CONVERGE, true)));

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
}
