package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.vmm.BlockDigest;
import org.ramtracker.sim.vmm.OutgoingResult;
import org.ramtracker.sim.vmm.ProcessCosts;
import org.ramtracker.sim.vmm.SelfCheckResult;
import org.ramtracker.sim.vmm.Verification;

/** The end of a migration for people. */
public final class MigrationText {
    private MigrationText() {}

    /**
     * The summary.
     *
     * @param result a migration that has ended
     * @return its lines
     */
    public static List<String> of(OutgoingResult result) {
        List<String> lines = new ArrayList<>();
        if (result.stats().transferredBytes() > 0) { // else there is nothing that a figure could be about
            addFigures(lines, result.stats());
            ConvergenceReport.addText(lines, result.convergence());
            lines.addAll(TransferText.of(result.transfer()));
            addCosts(lines, result);
        }
        result.errorDescription()
                .ifPresent(why -> lines.add(result.stats().status().qmpName() + ": " + why));
        result.sourceCheck().ifPresent(check -> lines.add(sourceLine(check)));
        if (result.stats().status() == MigrationStatus.COMPLETED) {
            addVerdict(lines, result.verification());
        }
        return lines;
    }

    private static void addFigures(List<String> lines, MigrationStats stats) {
        lines.add("%-12s %s, of which setup %s"
                .formatted("total time", Figures.duration(stats.elapsedNanos()), Figures.duration(stats.setupNanos())));
        if (stats.status() == MigrationStatus.COMPLETED) {
            lines.add("%-12s %s, expected %s, limit %s%s"
                    .formatted(
                            "downtime",
                            Figures.duration(stats.downtimeNanos()),
                            Figures.duration(stats.expectedDowntimeNanos()),
                            Figures.duration(stats.downtimeLimitNanos()),
                            stats.downtimeNanos() > stats.downtimeLimitNanos() ? ", OVERRUN" : ""));
        }
        lines.add("%-12s %d".formatted("passes", stats.dirtySyncCount()));
        lines.add("%-12s %d normal, %d duplicate, of %s each"
                .formatted("pages", stats.normalPages(), stats.duplicatePages(), Figures.size(stats.pageSizeBytes())));
        lines.add("%-12s %d (%s) for %s of RAM, %.1f Mbit/s"
                .formatted(
                        "bytes",
                        stats.transferredBytes(),
                        Figures.size(stats.transferredBytes()),
                        Figures.size(stats.totalBytes()),
                        stats.megabitsPerSecond()));
    }

    private static void addCosts(List<String> lines, OutgoingResult result) {
        long ramBytes = result.stats().totalBytes();
        result.costs().ifPresent(costs -> lines.add(costsLine("source", costs, ramBytes)));
        result.verification().costs().ifPresent(costs -> lines.add(costsLine("destination", costs, ramBytes)));
    }

    private static String costsLine(String process, ProcessCosts costs, long ramBytes) {
        return "%-12s %.2f s of CPU for each GB, %s of heap allocated, %d pauses of %s in all"
                .formatted(
                        process,
                        costs.cpuSecondsPerGigabyte(ramBytes),
                        Figures.size(costs.allocatedBytes()),
                        costs.pauses(),
                        Figures.duration(costs.pauseNanos()));
    }

    private static String sourceLine(SelfCheckResult check) {
        return "the guest %s at the source: %s".formatted(check.passed() ? "goes on" : "IS DAMAGED", check.summary());
    }

    private static void addVerdict(List<String> lines, Verification verification) {
        lines.add(word(verification.verdict()) + ": " + verification.explanation());
        for (BlockDigest digest : verification.digests()) {
            lines.add(digestLine(digest));
        }
        verification.selfCheck().ifPresent(check -> lines.add(checkLine(check)));
        if (verification.pauseNanos() > 0) {
            lines.add("  comparing kept the guest paused for another %s; that is no part of the downtime"
                    .formatted(Figures.duration(verification.pauseNanos())));
        }
    }

    static String digestLine(BlockDigest digest) {
        return "  %-9s %10s  sha256 %s"
                .formatted(digest.idstr(), Figures.size(digest.usedLengthBytes()), digest.sha256());
    }

    static String checkLine(SelfCheckResult check) {
        return "  self-check after running on for %s: %s"
                .formatted(Figures.duration(check.ranNanos()), check.summary());
    }

    private static String word(Verification.Verdict verdict) {
        return switch (verdict) {
            case VERIFIED -> "verified";
            case NOT_VERIFIED, UNKNOWN -> "not verified";
            case MISMATCH -> "NOT EQUAL";
        };
    }
}
