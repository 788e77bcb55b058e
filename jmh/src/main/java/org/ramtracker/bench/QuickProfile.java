package org.ramtracker.bench;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The quick profile: one short fork of each suite, with the parameters that say most; under five minutes on a laptop. What the
 * command line says by itself stays as it says.
 */
final class QuickProfile {
    /** The kernel's logs need privileges, and competing marks more quiet than a laptop has. */
    private static final String SUITES = "(Scan|Encode|Decode|Xbzrle|ChannelTransfer|Migration)Benchmark\\."
            + "|PageClassifierBenchmark\\.(vector|scalar|cKernel|plainRead)$"
            + "|DirtyBitmapBenchmark\\.(harvestClean|readVector)$";

    /** Long enough for the loops of a transfer to be compiled while its threads want the processors too. */
    private static final TimeValue WARM_UP = TimeValue.milliseconds(600);

    private static final int WARM_UPS = 2;

    /** Many short ones: an error range of three is ten times as wide as what it is the range of. */
    private static final TimeValue ITERATION = TimeValue.milliseconds(150);

    private static final int ITERATIONS = 5;

    private QuickProfile() {}

    /** All suites of the profile, for a command line that names none. */
    static void include(ChainedOptionsBuilder options) {
        options.include(SUITES);
    }

    /** Makes what is run short, except where the command line says how long. */
    static void apply(ChainedOptionsBuilder options, Options given) {
        options.forks(given.getForkCount().orElse(1))
                .warmupIterations(given.getWarmupIterations().orElse(WARM_UPS))
                .warmupTime(given.getWarmupTime().orElse(WARM_UP))
                .measurementIterations(given.getMeasurementIterations().orElse(ITERATIONS))
                .measurementTime(given.getMeasurementTime().orElse(ITERATION));
        few(options, given, "place", "MEMORY");
        few(options, given, "content", "ZERO");
        few(options, given, "change", "WORD");
    }

    private static void few(ChainedOptionsBuilder options, Options given, String parameter, String value) {
        if (!given.getParameter(parameter).hasValue()) {
            options.param(parameter, value);
        }
    }
}
