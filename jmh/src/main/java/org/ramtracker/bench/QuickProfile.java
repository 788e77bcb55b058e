package org.ramtracker.bench;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The quick profile: one short fork of each suite, with the parameters that say most; under five minutes on a laptop. */
final class QuickProfile {
    /** The kernel's logs need privileges, and competing marks more quiet than a laptop has. */
    private static final String SUITES =
            "(PageClassifier|Scan|Encode|Decode|Xbzrle|ChannelTransfer|Migration)Benchmark\\."
                    + "|DirtyBitmapBenchmark\\.(harvestClean|readVector)$";

    private static final TimeValue ITERATION = TimeValue.milliseconds(300);

    /** Long enough for the loops of a transfer to be compiled while its threads want the processors too. */
    private static final TimeValue WARM_UP = TimeValue.milliseconds(500);

    private QuickProfile() {}

    /** All suites of the profile, for a command line that names none. */
    static void include(ChainedOptionsBuilder options) {
        options.include(SUITES);
    }

    static void apply(ChainedOptionsBuilder options) {
        options.forks(1)
                .warmupIterations(3)
                .warmupTime(WARM_UP)
                .measurementIterations(3)
                .measurementTime(ITERATION);
        options.param("place", "MEMORY")
                .param("content", "ZERO")
                .param("dirty", "SPARSE", "FULL")
                .param("fill", "RANDOM", "ZERO")
                .param("change", "WORD")
                .param("channels", "2");
    }
}
