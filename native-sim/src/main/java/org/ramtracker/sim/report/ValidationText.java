package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;
import org.ramtracker.sim.validate.Accuracy;
import org.ramtracker.sim.validate.ValidationCase;
import org.ramtracker.sim.validate.ValidationResult;

/** Forecasts beside what happened, for people. */
public final class ValidationText {
    private static final double WHOLE = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private ValidationText() {}

    /**
     * Above the lines of the runs.
     *
     * @return two lines
     */
    public static List<String> heading() {
        return List.of(
                "case  verdict     actual      total: forecast  actual   error   downtime: forecast  actual  error     guest",
                "----  ----------  ----------  ---------------  -------  ------  ------------------  ------  --------  -----");
    }

    /**
     * A run.
     *
     * @param result what was said and what happened
     * @return a line
     */
    public static String line(ValidationResult result) {
        ValidationResult.Way forecast = result.forecast();
        ValidationResult.Way actual = result.actual();
        return "%4d  %-10s  %-10s  %15s  %7s  %6s  %18s  %6s  %8s  %s"
                .formatted(
                        result.of().number(),
                        word(result),
                        outcome(actual),
                        Figures.duration(forecast.totalNanos()),
                        Figures.duration(actual.totalNanos()),
                        result.isComparable() ? percent("%+.1f %%", result.totalError()) : "",
                        forecast.completed() ? Figures.duration(forecast.downtimeNanos()) : "",
                        actual.completed() ? Figures.duration(actual.downtimeNanos()) : "",
                        result.isComparable() ? percent("%+.1f %%", result.downtimeError()) : "",
                        of(result.of()));
    }

    private static String word(ValidationResult result) {
        return switch (result.verdict()) {
            case CONVERGES -> "converges";
            case DOES_NOT_CONVERGE -> "does not";
            case MARGINAL -> "marginal";
        };
    }

    private static String outcome(ValidationResult.Way way) {
        return way.converged() ? "converges" : way.completed() ? "forced" : "given up";
    }

    /**
     * A case in a few words.
     *
     * @param of the case
     * @return part of a line
     */
    public static String of(ValidationCase of) {
        GuestSpec guest = of.vm().guest();
        return "%s%s%s of %s, %s fill; %s of %s; %s, %s"
                .formatted(
                        guest.engine().optionName().equals("threads")
                                ? ""
                                : guest.engine().optionName() + ":",
                        guest.kind().optionName(),
                        guest.kind() == GuestKind.IDLE ? "" : " " + Figures.rate(guest.dirtyRateBytesPerSecond()),
                        Figures.size(of.vm().ramBytes()),
                        guest.fill().optionName(),
                        of.limitedBy().word(),
                        Figures.rate(of.bandwidthBytesPerSecond()),
                        of.preset().name(),
                        Figures.duration(of.parameters().downtimeLimitNanos()));
    }

    /**
     * All runs together.
     *
     * @param accuracy of those that did not fail
     * @return some lines
     */
    public static List<String> summary(Accuracy accuracy) {
        List<String> lines = new ArrayList<>();
        int comparable = accuracy.comparable().size();
        Accuracy.Percentiles total = accuracy.totalError();
        Accuracy.Percentiles share = accuracy.downtimeError();
        Accuracy.Percentiles nanos = accuracy.downtimeErrorNanos();
        lines.add("total time   error %s at the median, %s at the 90th percentile, of %d that arrived in both worlds"
                .formatted(percent("%.1f %%", total.median()), percent("%.1f %%", total.high()), comparable));
        lines.add(
                "downtime     error %s or %s at the median, %s or %s at the 90th percentile; %d of %d within 20 %% or 5 ms"
                        .formatted(
                                percent("%.1f %%", share.median()),
                                millis(nanos.median()),
                                percent("%.1f %%", share.high()),
                                millis(nanos.high()),
                                accuracy.goodDowntimes(),
                                comparable));
        lines.add("verdicts     %d false of %d, %d more were called marginal"
                .formatted(
                        accuracy.falseVerdicts().size(),
                        accuracy.results().size() - accuracy.marginal(),
                        accuracy.marginal()));
        for (ValidationResult wrong : accuracy.falseVerdicts()) {
            lines.add("false        case %d: said %s, was %s: %s"
                    .formatted(wrong.of().number(), word(wrong), outcome(wrong.actual()), of(wrong.of())));
        }
        return lines;
    }

    private static String percent(String format, double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, format, share * WHOLE);
    }

    private static String millis(double nanos) {
        return Double.isNaN(nanos) ? "-" : String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }
}
