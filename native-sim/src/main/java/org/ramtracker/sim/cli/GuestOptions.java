package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestChoice;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.guest.ReplaySource;
import org.ramtracker.sim.vmm.VmSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that describe the guest to boot. */
final class GuestOptions {
    /** What a trace tells. */
    private static final List<String> NOT_FOR_REPLAY =
            List.of("--ram", "--fill", "--page-size", "--dirty-rate", "--threads", "--vcpus");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

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
            description =
                    "idle, sweep, hotset, random-writes or bursty: Java threads that write; native[:KIND]: threads in "
                            + "machine code; kvm[:KIND]: a real virtual machine; replay:FILE: a recorded trace, on memory of its size "
                            + "and page size (default: ${DEFAULT-VALUE}).")
    private GuestChoice guest;

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

    @Option(names = "--threads", paramLabel = "N", description = "Guest threads that write (default: 1).")
    private @Nullable Integer threads;

    @Option(
            names = "--vcpus",
            paramLabel = "N",
            description = "Virtual processors of a kvm guest that write (default: 1).")
    private @Nullable Integer vcpus;

    @Option(
            names = "--dirty-log",
            paramLabel = "SOURCE",
            converter = Names.Dirtiness.class,
            description = "How the pages that the guest wrote are found: marks (default for Java threads), pagemap "
                    + "(any guest), kvm-log (default for kvm), kvm-clear or kvm-ring.")
    private @Nullable DirtySource dirtySource;

    @Option(
            names = "--speed",
            paramLabel = "X",
            description = "How fast a trace is replayed: 2 is twice as fast as it was recorded (default: 1).")
    private @Nullable Double speed;

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
     * @throws UncheckedIOException if the trace to replay cannot be read
     */
    VmSpec vmSpec() {
        if (guest.trace().isPresent()) {
            return replaying(guest.trace().get());
        }
        if (speed != null) {
            throw new IllegalArgumentException("only a guest that replays a trace has a --speed; choose --dirty-rate");
        }
        GuestEngine engine = guest.engine();
        GuestKind kind = guest.kind();
        long rate = dirtyRateBytesPerSecond == null ? kind.defaultRateBytesPerSecond() : dirtyRateBytesPerSecond;
        DirtySource source = dirtySource == null ? engine.dirtySources().getFirst() : dirtySource;
        return new VmSpec(ramBytes, pageSize, new GuestSpec(kind, rate, fill, seed, writers(), engine), source);
    }

    private VmSpec replaying(Path trace) {
        for (String option : NOT_FOR_REPLAY) {
            if (isGiven(option)) {
                throw new IllegalArgumentException(
                        "%s contradicts --guest replay: the trace says what memory the guest has and what it writes; leave it out"
                                .formatted(option));
            }
        }
        ReplaySource source = new ReplaySource(trace, Objects.requireNonNullElse(speed, 1.0));
        try {
            return VmSpec.replaying(source, seed, Optional.ofNullable(dirtySource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int writers() {
        boolean isKvm = guest.engine() == GuestEngine.KVM;
        if ((isKvm ? threads : vcpus) != null) {
            throw new IllegalArgumentException(
                    isKvm
                            ? "a kvm guest has no --threads; choose --vcpus"
                            : "only a kvm guest has --vcpus; choose --threads");
        }
        return Objects.requireNonNullElse(isKvm ? vcpus : threads, 1);
    }

    /** The dirty log that was asked for, empty if nobody asked. */
    Optional<DirtySource> wantedDirtySource() {
        return Optional.ofNullable(dirtySource);
    }

    /** The RAM that was asked for, empty if nobody asked. */
    OptionalLong wantedRamBytes() {
        return isGiven("--ram") ? OptionalLong.of(ramBytes) : OptionalLong.empty();
    }

    private boolean isGiven(String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }
}
