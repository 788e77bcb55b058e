package org.ramtracker.sim.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.Regret;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A row of a sweep field by field, flat, under the names of QMP's {@code query-migrate}; times in milliseconds, with as many
 * decimals as they have. What there is not is null.
 */
final class SweepFields {
    /** The field that names the case. */
    static final String KEY = "case";

    /** All fields, in order. */
    static final List<String> NAMES = List.of(
            KEY,
            "trace",
            "trace-checksum",
            "policy",
            "bandwidth",
            "downtime-limit",
            "start",
            "horizon",
            "seed",
            "verdict",
            "end",
            "status",
            "total-time",
            "downtime",
            "expected-downtime",
            "final-downtime-limit",
            "dirty-sync-count",
            "transferred",
            "cpu-throttle-percentage",
            "extrapolated",
            "best-stop",
            "best-downtime",
            "regret",
            "time-lost");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int NANO_DIGITS_OF_MILLI = 6;

    private SweepFields() {}

    static ObjectNode of(SweepRow row) {
        ObjectNode fields = MAPPER.createObjectNode();
        putCase(fields, row.sweepCase());
        fields.put("verdict", row.verdict().word());
        fields.put("end", row.end().word());
        fields.put("status", row.status().qmpName());
        fields.put("total-time", millis(row.totalNanos()));
        fields.put("downtime", row.status() == MigrationStatus.COMPLETED ? millis(row.downtimeNanos()) : null);
        fields.put("expected-downtime", millis(row.expectedDowntimeNanos()));
        fields.put("final-downtime-limit", millis(row.downtimeLimitNanos()));
        fields.put("dirty-sync-count", row.passes());
        fields.put("transferred", row.transferredBytes());
        fields.put("cpu-throttle-percentage", row.throttlePercent());
        fields.put("extrapolated", row.extrapolated());
        fields.put("best-stop", millis(row.regret().bestStopNanos()));
        fields.put("best-downtime", millis(row.regret().bestDowntimeNanos()));
        fields.put("regret", millis(row.regret().downtimeNanos().orElse(MigrationStats.UNKNOWN_NANOS)));
        fields.put("time-lost", millis(row.regret().lostNanos().orElse(MigrationStats.UNKNOWN_NANOS)));
        return fields;
    }

    private static void putCase(ObjectNode fields, SweepCase sweepCase) {
        fields.put(KEY, sweepCase.key());
        fields.put("trace", sweepCase.trace().name());
        fields.put("trace-checksum", sweepCase.trace().checksum());
        fields.put("policy", sweepCase.policy());
        fields.put("bandwidth", sweepCase.bandwidthBytesPerSecond());
        fields.put("downtime-limit", millis(sweepCase.downtimeLimitNanos()));
        fields.put("start", millis(sweepCase.startNanos()));
        fields.put("horizon", millis(sweepCase.horizonNanos()));
        fields.put("seed", sweepCase.seed());
    }

    static SweepRow row(JsonNode fields, Map<String, SweepCase> cases) {
        MigrationStatus status =
                MigrationStatus.named(text(fields, "status")).orElseThrow(IllegalArgumentException::new);
        return new SweepRow(
                Objects.requireNonNull(cases.get(text(fields, KEY))),
                Forecast.Verdict.ofWord(text(fields, "verdict")),
                Course.End.ofWord(text(fields, "end")),
                status,
                nanos(fields, "total-time").orElseThrow(),
                status == MigrationStatus.COMPLETED ? nanos(fields, "downtime").orElseThrow() : 0,
                nanos(fields, "expected-downtime").orElse(MigrationStats.UNKNOWN_NANOS),
                nanos(fields, "final-downtime-limit").orElseThrow(),
                Long.parseLong(text(fields, "dirty-sync-count")),
                Long.parseLong(text(fields, "transferred")),
                Integer.parseInt(text(fields, "cpu-throttle-percentage")),
                Boolean.parseBoolean(text(fields, "extrapolated")),
                new Regret(
                        nanos(fields, "best-stop").orElseThrow(),
                        nanos(fields, "best-downtime").orElseThrow(),
                        nanos(fields, "regret"),
                        nanos(fields, "time-lost")));
    }

    /** Null if nothing is known. */
    private static @Nullable BigDecimal millis(long nanos) {
        return nanos == MigrationStats.UNKNOWN_NANOS ? null : decimal(BigDecimal.valueOf(nanos, NANO_DIGITS_OF_MILLI));
    }

    /** Without zeros at the end, and without an exponent. */
    private static BigDecimal decimal(BigDecimal millis) {
        BigDecimal stripped = millis.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static OptionalLong nanos(JsonNode fields, String name) {
        return Optional.of(text(fields, name)).filter(value -> !value.isEmpty()).stream()
                .mapToLong(value -> new BigDecimal(value)
                        .movePointRight(NANO_DIGITS_OF_MILLI)
                        .longValueExact())
                .findFirst();
    }

    /** Of a number its digits, of null nothing: CSV knows text only. */
    static String text(JsonNode fields, String name) {
        JsonNode value = Objects.requireNonNull(fields.get(name));
        return value.isNull() ? "" : value.asString();
    }
}
