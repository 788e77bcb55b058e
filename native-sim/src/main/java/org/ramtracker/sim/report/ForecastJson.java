package org.ramtracker.sim.report;

import java.util.Locale;
import org.ramtracker.forecast.Course;
import org.ramtracker.forecast.Deviation;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.SampledPredictor;
import org.ramtracker.forecast.WorkingSet;
import org.ramtracker.sim.monitor.FiguresJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A forecast as one JSON object with the names, and the units, of QMP {@code query-migrate}; {@code verdict} and {@code reason}
 * come first. The status of a migration that was given up is that which it had: {@code active}.
 */
public final class ForecastJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ForecastJson() {}

    /**
     * The object.
     *
     * @param forecast what was found
     * @param answers what else was asked
     * @return one line of JSON
     */
    public static String of(Forecast forecast, WhatIfAnswers answers) {
        Course course = forecast.course();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("verdict", forecast.verdict().word());
        json.put("reason", ForecastReason.of(forecast));
        FiguresJson.put(json, course.stats());
        json.put("end", course.end().name().toLowerCase(Locale.ROOT));
        putModel(json, forecast);
        answers.putJson(json);
        return json.toString();
    }

    private static void putModel(ObjectNode json, Forecast forecast) {
        Course course = forecast.course();
        json.put("extrapolated", forecast.isExtrapolated());
        json.put("trace-time", MigrationJson.millis(forecast.request().history().durationNanos()));
        json.put("played-time", MigrationJson.millis(course.historyNanos()));
        for (Deviation deviation : forecast.overturnedBy()) {
            json.withArray("overturned-by")
                    .add(deviation.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        course.workingSet().ifPresent(set -> putWorkingSet(json.putObject("working-set"), set));
        for (Course.Event event : course.events()) {
            json.withArray("events")
                    .addObject()
                    .put("elapsed", MigrationJson.millis(event.elapsedNanos()))
                    .put("downtime-limit", MigrationJson.millis(event.downtimeLimitNanos()))
                    .put("cpu-throttle-percentage", event.throttlePercent());
        }
    }

    private static void putWorkingSet(ObjectNode json, WorkingSet set) {
        json.put("pages", set.pages());
        json.put("guest-time", MigrationJson.millis(set.nanos()));
        json.put("idstr", set.idstr());
        json.put("block-pages", set.blockPages());
        json.put("from", set.fromBytes());
        json.put("to", set.toBytes());
    }

    /**
     * The published predictor's object.
     *
     * @param prediction what it predicts
     * @return one line of JSON
     */
    public static String of(SampledPredictor.Prediction prediction) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put(
                "verdict",
                (prediction.converges() ? Forecast.Verdict.CONVERGES : Forecast.Verdict.DOES_NOT_CONVERGE).word());
        json.put("total-time", Math.round(prediction.totalMillis()));
        json.put("downtime", Math.round(prediction.downtimeMillis()));
        json.put("passes", prediction.passes());
        return json.toString();
    }
}
