package org.ramtracker.sim.report.html;

import java.util.function.Supplier;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.ForecastRequest;
import org.ramtracker.forecast.Forecaster;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.sim.report.Figures;
import tools.jackson.databind.node.ObjectNode;

/**
 * One case as the page shows it.
 *
 * @param trace the index of its trace in the report
 * @param traceName the name of the trace's file
 * @param policy the name of the rules
 * @param bandwidthBytesPerSecond what the link carries
 * @param downtimeLimitNanos the limit that was asked for
 * @param verdict the answer in a word
 * @param end why the migration ended
 * @param totalNanos how long it took, or when it was given up
 * @param downtimeNanos 0 if the guest was not stopped
 * @param passes syncs of the dirty log
 * @param transferredBytes on the wire
 * @param throttlePercent the hardest throttle
 * @param extrapolated whether the trace was shorter
 * @param course plays the case again, or remembers how it went
 */
record ReportedCase(
        int trace,
        String traceName,
        String policy,
        long bandwidthBytesPerSecond,
        long downtimeLimitNanos,
        Forecast.Verdict verdict,
        Course.End end,
        long totalNanos,
        long downtimeNanos,
        long passes,
        long transferredBytes,
        int throttlePercent,
        boolean extrapolated,
        Supplier<Course> course) {

    static ReportedCase of(int trace, SweepRow row, Supplier<ForecastRequest> request) {
        return new ReportedCase(
                trace,
                row.sweepCase().trace().name(),
                row.sweepCase().policy(),
                row.sweepCase().bandwidthBytesPerSecond(),
                row.sweepCase().downtimeLimitNanos(),
                row.verdict(),
                row.end(),
                row.totalNanos(),
                row.downtimeNanos(),
                row.passes(),
                row.transferredBytes(),
                row.throttlePercent(),
                row.extrapolated(),
                () -> Forecaster.play(request.get()));
    }

    static ReportedCase of(String traceName, String policy, Forecast forecast) {
        MigrationStats stats = forecast.course().stats();
        return new ReportedCase(
                0,
                traceName,
                policy,
                forecast.request().link().bytesPerSecond(),
                forecast.request().parameters().downtimeLimitNanos(),
                forecast.verdict(),
                forecast.course().end(),
                stats.elapsedNanos(),
                stats.downtimeNanos(),
                stats.dirtySyncCount(),
                stats.transferredBytes(),
                forecast.course().throttlePercentMax(),
                forecast.isExtrapolated(),
                forecast::course);
    }

    boolean converges() {
        return verdict == Forecast.Verdict.CONVERGES;
    }

    /** What came of it, in a word or two. */
    private String outcome() {
        return switch (end) {
            case FITTED -> "over";
            case FORCED -> "forced";
            case CANCELLED -> "cancelled";
            case STEADY, HORIZON -> "given up";
        };
    }

    String times() {
        return end == Course.End.FITTED || end == Course.End.FORCED
                ? "%s with %s of downtime".formatted(Figures.duration(totalNanos), Figures.duration(downtimeNanos))
                : "%s after %s".formatted(outcome(), Figures.duration(totalNanos));
    }

    void putJson(ObjectNode json) {
        boolean stopped = end == Course.End.FITTED || end == Course.End.FORCED;
        json.put("trace", trace).put("policy", policy);
        json.put("bandwidth", bandwidthBytesPerSecond).put("bandwidthText", Figures.linkRate(bandwidthBytesPerSecond));
        json.put("limit", downtimeLimitNanos).put("limitText", Figures.duration(downtimeLimitNanos));
        json.put("verdict", verdict.word()).put("outcome", outcome());
        json.put("total", totalNanos).put("totalText", Figures.duration(totalNanos));
        if (stopped) {
            json.put("downtime", downtimeNanos).put("downtimeText", Figures.duration(downtimeNanos));
        }
        json.put("passes", passes);
        json.put("sent", transferredBytes).put("sentText", Figures.size(transferredBytes));
        json.put("throttle", throttlePercent).put("extrapolated", extrapolated);
    }
}
