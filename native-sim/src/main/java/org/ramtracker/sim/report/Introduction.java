package org.ramtracker.sim.report;

import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.ReplaySource;
import org.ramtracker.sim.vmm.MigrationOptions;
import org.ramtracker.sim.vmm.VmSpec;

/** Says before a migration what is about to happen. */
public final class Introduction {
    private Introduction() {}

    /**
     * The machine.
     *
     * @param spec what will be booted
     * @return half a line
     */
    public static String of(VmSpec spec) {
        GuestSpec guest = spec.guest();
        return "%s of RAM in pages of %s, %s fill, %s, seed %d, dirty log %s"
                .formatted(
                        Figures.size(spec.ramBytes()),
                        Figures.size(spec.pageSize().bytes()),
                        guest.fill().optionName(),
                        activity(guest),
                        guest.seed(),
                        spec.dirtySource().optionName());
    }

    private static String activity(GuestSpec guest) {
        if (guest.replay().isPresent()) {
            ReplaySource source = guest.replay().get();
            return "replay of %s at speed %s".formatted(source.trace(), source.speed());
        }
        if (guest.kind() == GuestKind.IDLE) {
            return guest.engine() == GuestEngine.THREADS ? "idle" : "idle " + writers(guest);
        }
        String rate =
                guest.dirtyRateBytesPerSecond() == 0 ? "at full speed" : Figures.rate(guest.dirtyRateBytesPerSecond());
        return "%s %s by %s".formatted(guest.kind().optionName(), rate, writers(guest));
    }

    private static String writers(GuestSpec guest) {
        String noun = switch (guest.engine()) {
            case THREADS, REPLAY -> "thread";
            case NATIVE -> "native thread";
            case KVM -> "vCPU";
        };
        return "%d %s%s".formatted(guest.threads(), noun, guest.threads() == 1 ? "" : "s");
    }

    /**
     * The limits and the rules.
     *
     * @param options of the migration
     * @return half a line
     */
    public static String of(MigrationOptions options) {
        MigrationParameters parameters = options.parameters();
        String bandwidth = parameters.maxBandwidthBytesPerSecond() == 0
                ? "unlimited bandwidth"
                : "at most " + Figures.rate(parameters.maxBandwidthBytesPerSecond());
        return "%s, downtime limit %s%s"
                .formatted(
                        bandwidth,
                        Figures.duration(parameters.downtimeLimitNanos()),
                        ConvergenceReport.rules(parameters));
    }
}
