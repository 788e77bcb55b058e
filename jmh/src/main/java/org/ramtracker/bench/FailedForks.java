package org.ramtracker.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What JMH began to measure and has no result of. It prints why a fork failed, goes on, and leaves the benchmark out of the
 * results; whoever only looks at those would not miss it.
 */
final class FailedForks {
    private final SortedSet<BenchmarkParams> withoutResult = new TreeSet<>();
    private String place = "above";

    /**
     * Measures, and prints as JMH does.
     *
     * @throws IOException if the file that the options want it printed to cannot be opened
     * @throws RunnerException as of JMH
     */
    Collection<RunResult> watch(Options options) throws IOException, RunnerException {
        if (!options.getOutput().hasValue()) {
            return watch(options, System.out);
        }
        String file = options.getOutput().get();
        place = "in " + file;
        try (PrintStream out = new PrintStream(file, StandardCharsets.UTF_8)) { // JMH leaves it open
            return watch(options, out);
        }
    }

    private Collection<RunResult> watch(Options options, PrintStream out) throws RunnerException {
        OutputFormat textual = OutputFormatFactory.createFormatInstance(
                out, options.verbosity().orElse(VerboseMode.NORMAL));
        Collection<RunResult> results = new Runner(options, noting(textual)).run();
        results.forEach(result -> withoutResult.remove(result.getParams()));
        return results;
    }

    /** How many benchmarks, each with its parameters, have no result. */
    int count() {
        return withoutResult.size();
    }

    /** Where JMH printed why they failed, as a sentence says it: above, or in a file. */
    String place() {
        return place;
    }

    private OutputFormat noting(OutputFormat output) {
        return (OutputFormat) Proxy.newProxyInstance(
                OutputFormat.class.getClassLoader(),
                new Class<?>[] {OutputFormat.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("startBenchmark")) {
                        withoutResult.add((BenchmarkParams) arguments[0]);
                    }
                    return invoke(output, method, arguments);
                });
    }

    private static Object invoke(OutputFormat output, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(output, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
