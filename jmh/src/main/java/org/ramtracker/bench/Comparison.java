package org.ramtracker.bench;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.ramtracker.sim.report.html.BenchmarkResult;

/** Results beside the limits that {@link Limit} names: a table for the terminal, a list for the page. */
final class Comparison {
    private static final String RATE_UNIT_PREFIX = "ops/";
    private static final String UNDECIDED = "-";

    private final List<RunResult> results;

    Comparison(Collection<RunResult> results) {
        this.results = List.copyOf(results);
    }

    /** One for each result, with those of its limits that were measured. */
    List<BenchmarkResult> forReport() {
        return results.stream().map(this::describe).toList();
    }

    private BenchmarkResult describe(RunResult result) {
        Result<?> primary = result.getPrimaryResult();
        return new BenchmarkResult(
                suite(result.getParams()),
                method(result.getParams()),
                parameters(result.getParams()),
                primary.getScore(),
                primary.getScoreError(),
                primary.getScoreUnit(),
                limitsOf(result));
    }

    /** A line for each limit of each result, and one for each result without any. */
    void print(PrintStream out) {
        out.printf(
                "%n%-30s %-34s %12s %10s %-8s %8s  %s%n",
                "benchmark", "parameters", "score", "error", "unit", "ratio", "of");
        for (BenchmarkResult result : forReport()) {
            if (result.limits().isEmpty()) {
                print(out, result, "", "");
            }
            result.limits().forEach(limit -> print(out, result, ratio(limit), goal(limit)));
        }
        out.println("ratio: the share of the limit that was reached, 1 is as fast as the limit; from this run only");
    }

    private static void print(PrintStream out, BenchmarkResult row, String ratio, String of) {
        out.printf(
                Locale.ROOT,
                "%-30s %-34s %12.3f %10s %-8s %8s  %s%n",
                row.suite().replace("Benchmark", "") + "." + row.name(),
                row.parameters(),
                row.score(),
                Double.isFinite(row.error()) ? String.format(Locale.ROOT, "%.3f", row.error()) : UNDECIDED,
                row.unit(),
                ratio,
                of);
    }

    private static String ratio(BenchmarkResult.Limit limit) {
        return String.format(Locale.ROOT, "%.2f", limit.ratio());
    }

    private static String goal(BenchmarkResult.Limit limit) {
        if (limit.goal().isEmpty()) {
            return limit.baseline();
        }
        return String.format(
                Locale.ROOT,
                "%s, goal %.2f%s",
                limit.baseline(),
                limit.goal().getAsDouble(),
                switch (limit.standing()) {
                    case REACHED -> "";
                    case MISSED -> ": MISSED";
                    case UNDECIDED -> ": not decided by this run";
                });
    }

    private List<BenchmarkResult.Limit> limitsOf(RunResult subject) {
        List<BenchmarkResult.Limit> measured = new ArrayList<>();
        for (Limit limit : declaredBy(subject.getParams())) {
            baseline(subject, limit.value()).ifPresent(baseline -> measured.add(compare(subject, baseline, limit)));
        }
        return measured;
    }

    private static BenchmarkResult.Limit compare(RunResult subject, RunResult baseline, Limit limit) {
        Result<?> measured = subject.getPrimaryResult();
        Result<?> bound = baseline.getPrimaryResult();
        boolean isRate = measured.getScoreUnit().startsWith(RATE_UNIT_PREFIX);
        double ratio = isRate ? measured.getScore() / bound.getScore() : bound.getScore() / measured.getScore();
        return new BenchmarkResult.Limit(
                limit.value(),
                ratio,
                ratio * Math.hypot(relativeError(measured), relativeError(bound)), // as independent errors propagate
                limit.goal() > 0 ? OptionalDouble.of(limit.goal()) : OptionalDouble.empty());
    }

    private static double relativeError(Result<?> result) {
        return result.getScoreError() / result.getScore();
    }

    private Optional<RunResult> baseline(RunResult subject, String name) {
        return results.stream()
                .filter(other -> suite(other.getParams()).equals(suite(subject.getParams()))
                        && method(other.getParams()).equals(name)
                        && parameters(other.getParams()).equals(parameters(subject.getParams()))
                        && other.getParams().getMode() == subject.getParams().getMode())
                .findFirst();
    }

    private static List<Limit> declaredBy(BenchmarkParams params) {
        String name = params.getBenchmark();
        try {
            Class<?> type = Class.forName(name.substring(0, name.lastIndexOf('.')));
            return Stream.of(type.getMethods())
                    .filter(candidate -> candidate.getName().equals(method(params)))
                    .flatMap(Comparison::limits)
                    .filter(limit -> isFor(limit, params))
                    .toList();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " was run and is not here", e);
        }
    }

    private static Stream<Limit> limits(Method method) {
        return Arrays.stream(method.getAnnotationsByType(Limit.class));
    }

    private static boolean isFor(Limit limit, BenchmarkParams params) {
        return limit.when().isEmpty() || namedParameters(params).anyMatch(limit.when()::equals);
    }

    private static String suite(BenchmarkParams params) {
        String type = params.getBenchmark().substring(0, params.getBenchmark().lastIndexOf('.'));
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String method(BenchmarkParams params) {
        return params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
    }

    private static String parameters(BenchmarkParams params) {
        return namedParameters(params).collect(Collectors.joining(", "));
    }

    private static Stream<String> namedParameters(BenchmarkParams params) {
        return params.getParamsKeys().stream().map(key -> key + "=" + params.getParam(key));
    }
}
