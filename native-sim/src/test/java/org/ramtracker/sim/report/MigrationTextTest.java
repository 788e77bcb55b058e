package org.ramtracker.sim.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.PageSize;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.vmm.MigrationOptions;
import org.ramtracker.sim.vmm.OutgoingResult;
import org.ramtracker.sim.vmm.SimulatedVm;
import org.ramtracker.sim.vmm.VmSpec;

class MigrationTextTest {
    @Test
    void migrationThatSentNothingHasNoFigures() throws Exception {
        GuestSpec idle = new GuestSpec(GuestKind.IDLE, 0, FillKind.ZERO, 1, 1);
        MigrationOptions options = new MigrationOptions(
                ConvergencePreset.named("qemu").policy(),
                MigrationParameters.defaults(),
                DuplicateBytes.ZERO,
                true,
                Duration.ZERO,
                Optional.empty());
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(4L << 20, PageSize.KIB_4, idle))) {
            assertThat(MigrationText.of(OutgoingResult.notBegun(vm, options, "nobody is there")))
                    .hasSize(2)
                    .startsWith("failed: nobody is there")
                    .last()
                    .asString()
                    .startsWith("the guest goes on at the source");
        }
    }
}
