package org.ramtracker.sim.report;

import java.util.List;
import java.util.Map;
import org.ramtracker.sim.validate.Accuracy;
import org.ramtracker.sim.validate.ValidationCase;
import org.ramtracker.sim.validate.ValidationResult;
import org.ramtracker.sim.vmm.Calibration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Forecasts beside what happened, for programs: all that is known of each run, times in nanoseconds. */
public final class ValidationJson {
    /** How each of them begins. */
    public static final String BEGINNING = "{\"seed\":";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ValidationJson() {}

    /**
     * The object.
     *
     * @param seed of the cases
     * @param calibration what the machine costs
     * @param accuracy of the runs that did not fail
     * @param failures by case, why the others failed
     * @return one line of JSON
     */
    public static String of(long seed, Calibration calibration, Accuracy accuracy, Map<Integer, String> failures) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("seed", seed);
        json.set("calibration", MAPPER.valueToTree(calibration));
        put(json.putObject("totalError"), accuracy.totalError());
        put(json.putObject("downtimeError"), accuracy.downtimeError());
        put(json.putObject("downtimeErrorNanos"), accuracy.downtimeErrorNanos());
        json.put("comparable", accuracy.comparable().size());
        json.put("goodDowntimes", accuracy.goodDowntimes());
        json.put("marginal", accuracy.marginal());
        putNumbers(json.putArray("falseVerdicts"), accuracy.falseVerdicts());
        ArrayNode runs = json.putArray("runs");
        accuracy.results().forEach(result -> put(runs.addObject(), result));
        ObjectNode failed = json.putObject("failures");
        failures.forEach((number, reason) -> failed.put(Integer.toString(number), reason));
        return json.toString();
    }

    private static void put(ObjectNode json, Accuracy.Percentiles error) {
        if (!Double.isNaN(error.median())) {
            json.put("median", error.median()).put("percentile90", error.high());
        }
    }

    private static void putNumbers(ArrayNode json, List<ValidationResult> results) {
        results.forEach(result -> json.add(result.of().number()));
    }

    private static void put(ObjectNode json, ValidationResult result) {
        ValidationCase of = result.of();
        json.put("case", of.number());
        json.put("guest", of.vm().guest().kind().optionName());
        json.put("engine", of.vm().guest().engine().optionName());
        json.put("dirtyBytesPerSecond", of.vm().guest().dirtyRateBytesPerSecond());
        json.put("fill", of.vm().guest().fill().optionName());
        json.put("ramBytes", of.vm().ramBytes());
        json.put("limitedBy", of.limitedBy().word());
        json.put("bandwidthBytesPerSecond", of.bandwidthBytesPerSecond());
        json.put("policy", of.preset().name());
        json.put("downtimeLimitNanos", of.parameters().downtimeLimitNanos());
        json.put("verdict", result.verdict().word());
        json.put("false", result.isFalse());
        json.put("recordedBytesPerSecond", result.recordedBytesPerSecond());
        json.put("migratedBytesPerSecond", result.migratedBytesPerSecond());
        json.set("forecast", MAPPER.valueToTree(result.forecast()));
        json.set("actual", MAPPER.valueToTree(result.actual()));
    }
}
