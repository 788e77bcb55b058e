package org.ramtracker.sim.monitor.hmp;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.ParameterUnit;
import org.ramtracker.sim.monitor.CounterValue;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.ProgramVersion;
import org.ramtracker.sim.monitor.RamBlockInfo;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;

/** The topics of {@code info}, in QEMU's lines. */
final class InfoCommands {
    private static final List<String> SIZE_UNITS = List.of("B", "KiB", "MiB", "GiB");
    private static final int UNIT_SHIFT = 10;

    private final ManagedVm vm;

    InfoCommands(ManagedVm vm) {
        this.vm = vm;
    }

    List<HmpCommand> topics() {
        return List.of(
                topic("migrate", "show the current or last migration", () -> MigrationLines.of(vm.migration())),
                topic("migrate_parameters", "show what governs migrations", this::parameters),
                topic("migrate_capabilities", "show what is switched on for migrations", this::capabilities),
                topic("status", "show whether the guest runs", this::status),
                topic("name", "show the name of the VM", () -> vm.name() + "\n"),
                topic("version", "show the version of this program", InfoCommands::version),
                topic("ramblock", "show the blocks of guest RAM", this::ramBlocks),
                topic("counters", "show the live counters", this::counters),
                topic(
                        "dirty_rate",
                        "show the dirty rate that calc_dirty_rate measured",
                        () -> DirtyRateCommand.describe(vm.dirtyRate())));
    }

    private static HmpCommand topic(String name, String help, Supplier<String> text) {
        return HmpCommand.of(name, "", help, (arguments, console) -> {
            arguments.end();
            console.print(text.get());
        });
    }

    private String parameters() {
        MigrationParameters present = vm.parameters();
        StringBuilder text = new StringBuilder();
        for (MigrationParameter parameter : SettingCommands.PARAMETERS) {
            text.append("%s: %s\n".formatted(parameter.qemuName(), value(parameter, present)));
        }
        TransferParameters transfer = vm.transferParameters();
        for (TransferParameter parameter : TransferParameter.values()) {
            text.append("%s: %s\n".formatted(parameter.qemuName(), value(parameter, transfer)));
        }
        return text.toString();
    }

    private static String value(MigrationParameter parameter, MigrationParameters present) {
        ParameterUnit unit = parameter.unit();
        long shown = unit.toMonitor(present.get(parameter));
        return switch (unit) {
            case SWITCH -> onOff(present.isOn(parameter));
            case ACTION -> present.maxTotalTimeAction().monitorName();
            case TIME -> shown + " ms";
            case BYTES_PER_SECOND -> shown + " " + unit.monitorName();
            case PERCENT, PASSES, TIMES_RAM -> Long.toString(shown);
        };
    }

    private static String value(TransferParameter parameter, TransferParameters present) {
        return switch (parameter) {
            case MULTIFD_COMPRESSION -> present.compressionName();
            case XBZRLE_CACHE_SIZE -> present.get(parameter) + " bytes";
            case MULTIFD_CHANNELS, MULTIFD_ZLIB_LEVEL, MULTIFD_ZSTD_LEVEL -> Long.toString(present.get(parameter));
        };
    }

    private String capabilities() {
        Set<MigrationCapability> on = vm.capabilities();
        StringBuilder text = new StringBuilder();
        for (MigrationCapability capability : MigrationCapability.values()) {
            text.append("%s: %s\n".formatted(capability.qmpName(), onOff(on.contains(capability))));
        }
        return text.toString();
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private String status() {
        RunState state = vm.runState();
        return switch (state) {
            case RUNNING -> "VM status: running\n";
            case PAUSED -> "VM status: paused\n";
            case INMIGRATE, PRELAUNCH, FINISH_MIGRATE, POSTMIGRATE, INTERNAL_ERROR, SHUTDOWN ->
                "VM status: paused (%s)\n".formatted(state.qmpName());
        };
    }

    /** As in QEMU the numbers, and then whose they are. */
    private static String version() {
        ProgramVersion version = ProgramVersion.ours();
        return "%d.%d.%d (%s)\n".formatted(version.major(), version.minor(), version.micro(), version.packageName());
    }

    private String ramBlocks() {
        StringBuilder text = new StringBuilder(
                "%24s %8s  %18s %18s %18s\n".formatted("Block Name", "PSize", "Offset", "Used", "Total"));
        for (RamBlockInfo block : vm.ramBlocks()) {
            text.append("%24s %8s  0x%016x 0x%016x 0x%016x\n"
                    .formatted(
                            block.name(),
                            size(block.pageSizeBytes()),
                            block.address(),
                            block.usedLengthBytes(),
                            block.usedLengthBytes()));
        }
        return text.toString();
    }

    /** A page size is a power of two, so it is a whole number of its unit. */
    private static String size(long bytes) {
        int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / UNIT_SHIFT;
        return String.format(Locale.ROOT, "%d %s", bytes >> (unit * UNIT_SHIFT), SIZE_UNITS.get(unit));
    }

    private String counters() {
        StringBuilder text = new StringBuilder();
        for (CounterValue counter : vm.counters()) {
            text.append("%s: %d\n".formatted(counter.label(), counter.value()));
        }
        return text.toString();
    }
}
