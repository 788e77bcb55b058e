package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.TransferReport;

/**
 * How a migration ended, seen from its source.
 *
 * @param stats its statistics at the end
 * @param convergence what rules did to it
 * @param transfer what the forms in which pages travelled were worth
 * @param costs what the migration cost the source's process, from its set-up to its end; empty if it did not begin
 * @param errorDescription QEMU's {@code error-desc}: why it failed or was cancelled, in one line
 * @param verification what the comparison found; of a migration that did not complete, that nothing was compared
 * @param sourceCheck after a migration that did not complete: what the guest found at the source after it had run on
 */
public record OutgoingResult(
        MigrationStats stats,
        Convergence convergence,
        TransferReport transfer,
        Optional<ProcessCosts> costs,
        Optional<String> errorDescription,
        Verification verification,
        Optional<SelfCheckResult> sourceCheck) {
    /** An attempt that failed before anything was sent. */
    public static OutgoingResult notBegun(SimulatedVm vm, MigrationOptions options, String why)
            throws IOException, InterruptedException {
        MigrationStats nothingYet = MigrationStats.of(Map.of(
                MigrationCounter.STATUS,
                (long) MigrationStatus.FAILED.code(),
                MigrationCounter.REMAINING,
                vm.memory().totalBytes(),
                MigrationCounter.TOTAL,
                vm.memory().totalBytes(),
                MigrationCounter.PAGE_SIZE,
                (long) vm.memory().pageSize().bytes(),
                MigrationCounter.DOWNTIME_LIMIT,
                options.parameters().downtimeLimitNanos(),
                MigrationCounter.EXPECTED_DOWNTIME,
                MigrationStats.UNKNOWN_NANOS));
        return stayed(
                nothingYet,
                Convergence.none(),
                TransferReport.NOTHING,
                Optional.empty(),
                why,
                vm.runOnAndCheck(options.runFor()));
    }

    static OutgoingResult stayed(
            MigrationStats stats,
            Convergence convergence,
            TransferReport transfer,
            Optional<ProcessCosts> costs,
            String why,
            SelfCheckResult sourceCheck) {
        return new OutgoingResult(
                stats,
                convergence,
                transfer,
                costs,
                Optional.of(why),
                Verification.notVerified("the guest was not moved"),
                Optional.of(sourceCheck));
    }

    /**
     * Adds what the destination itself said about a failure.
     *
     * @param complaint its last line
     * @return the result with both reasons
     */
    public OutgoingResult withComplaint(String complaint) {
        String both = errorDescription.orElse("failed") + " (the destination said: " + complaint + ")";
        return new OutgoingResult(stats, convergence, transfer, costs, Optional.of(both), verification, sourceCheck);
    }
}
