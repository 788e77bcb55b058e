package org.ramtracker.sim.cli;

import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.vmm.VmSpec;
import picocli.CommandLine.Option;

/** The options that describe the guest to boot. */
final class GuestOptions {
    @Option(
            names = "--ram",
            paramLabel = "SIZE",
            defaultValue = "1G",
            converter = Quantities.Size.class,
            description = "Guest RAM; 16M of graphics memory comes on top (default: ${DEFAULT-VALUE}).")
    private long ramBytes;

    @Option(
            names = "--guest",
            paramLabel = "KIND",
            defaultValue = "hotset",
            converter = Names.Guest.class,
            description = "idle, sweep, hotset, random-writes or bursty (default: ${DEFAULT-VALUE}).")
    private GuestKind kind;

    @Option(
            names = "--dirty-rate",
            paramLabel = "RATE",
            converter = Quantities.Rate.class,
            description = "Memory that the guest writes in a second, rewrites included; 0 = as fast as it can "
                    + "(default: a moderate rate for the kind of guest).")
    private @Nullable Long dirtyRateBytesPerSecond;

    @Option(
            names = "--fill",
            paramLabel = "KIND",
            defaultValue = "mixed",
            converter = Names.Fill.class,
            description = "What the memory holds at first: zero, random or mixed (default: ${DEFAULT-VALUE}).")
    private FillKind fill;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of everything that the guest draws at random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Guest threads that write (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--dirty-log",
            paramLabel = "SOURCE",
            defaultValue = "marks",
            converter = Names.Dirtiness.class,
            description = "How the pages that the guest wrote are found: marks (default: ${DEFAULT-VALUE}).")
    private DirtySource dirtySource;

    @Option(
            names = "--page-size",
            paramLabel = "SIZE",
            defaultValue = "4K",
            converter = Names.Page.class,
            description = "Unit of dirtiness and transfer, 4K to 2M (default: ${DEFAULT-VALUE}).")
    private PageSize pageSize;

    /**
     * The machine that they describe.
     *
     * @throws IllegalArgumentException if they do not go together
     */
    VmSpec vmSpec() {
        long rate = dirtyRateBytesPerSecond == null ? kind.defaultRateBytesPerSecond() : dirtyRateBytesPerSecond;
        return new VmSpec(ramBytes, pageSize, new GuestSpec(kind, rate, fill, seed, threads), dirtySource);
    }
}
