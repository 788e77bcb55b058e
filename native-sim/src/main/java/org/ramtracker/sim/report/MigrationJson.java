package org.ramtracker.sim.report;

import java.util.concurrent.TimeUnit;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.FiguresJson;
import org.ramtracker.sim.vmm.BlockDigest;
import org.ramtracker.sim.vmm.OutgoingResult;
import org.ramtracker.sim.vmm.ProcessCosts;
import org.ramtracker.sim.vmm.SelfCheckResult;
import org.ramtracker.sim.vmm.Verification;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A migration as one JSON object with the names, and the units, of QMP {@code query-migrate}: times in milliseconds, sizes in
 * bytes, {@code mbps} in 10^6 bits a second. What QEMU does not have comes after it: {@code downtime-limit}, {@code source-costs}, {@code destination-costs}, {@code switchover},
 * {@code downtime-limits}, {@code throttles}, {@code verified} and {@code verification}.
 */
public final class MigrationJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private MigrationJson() {}

    /**
     * The object.
     *
     * @param result a migration that has ended
     * @return one line of JSON
     */
    public static String of(OutgoingResult result) {
        MigrationStats stats = result.stats();
        ObjectNode json = MAPPER.createObjectNode();
        FiguresJson.put(json, stats, result.transfer());
        result.errorDescription().ifPresent(why -> json.put("error-desc", why));
        result.costs().ifPresent(costs -> putCosts(json.putObject("source-costs"), costs, stats));
        result.verification().costs().ifPresent(costs -> putCosts(json.putObject("destination-costs"), costs, stats));
        ConvergenceReport.putJson(json, result.convergence());
        json.put("verified", result.verification().isVerified());
        putVerification(json.putObject("verification"), result.verification());
        result.sourceCheck().ifPresent(check -> putCheck(json.putObject("source-self-check"), check));
        return json.toString();
    }

    /**
     * The object of a migration, or of a destination, that did not even begin.
     *
     * @param why one line
     * @return one line of JSON
     */
    public static String failure(String why) {
        return MAPPER.createObjectNode()
                .put("status", MigrationStatus.FAILED.qmpName())
                .put("error-desc", why)
                .put("verified", false)
                .toString();
    }

    private static void putCosts(ObjectNode json, ProcessCosts costs, MigrationStats stats) {
        json.put("cpu-seconds-per-gb", costs.cpuSecondsPerGigabyte(stats.totalBytes()));
        json.put("allocated", costs.allocatedBytes());
        json.put("pauses", costs.pauses());
        json.put("pause-time", millis(costs.pauseNanos()));
    }

    private static void putVerification(ObjectNode json, Verification verification) {
        json.put("explanation", verification.explanation());
        json.put("pause-time", millis(verification.pauseNanos()));
        for (BlockDigest digest : verification.digests()) {
            putDigest(json.withArray("digests").addObject(), digest);
        }
        verification.selfCheck().ifPresent(check -> putCheck(json.putObject("self-check"), check));
    }

    static void putDigest(ObjectNode json, BlockDigest digest) {
        json.put("idstr", digest.idstr());
        json.put("used-length", digest.usedLengthBytes());
        json.put("sha256", digest.sha256());
    }

    static void putCheck(ObjectNode json, SelfCheckResult check) {
        json.put("passed", check.passed());
        json.put("summary", check.summary());
        json.put("ran-time", millis(check.ranNanos()));
    }

    static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
