package org.ramtracker.forecast;

import org.ramtracker.migrate.MigrationParameter;

/** A world that is a tenth off, to see whether the answer hangs on that. */
public enum Deviation {
    /** The link, and the limit on it, carry 10 % less. */
    LESS_BANDWIDTH(0.9, 1),
    /** The guest gets through its history 10 % faster. */
    FASTER_GUEST(1, 1.1),
    /** The link, and the limit on it, carry 10 % more. */
    MORE_BANDWIDTH(1.1, 1),
    /** The guest gets through its history 10 % slower. */
    SLOWER_GUEST(1, 0.9);

    private final double bandwidthFactor;
    private final double paceFactor;

    Deviation(double bandwidthFactor, double paceFactor) {
        this.bandwidthFactor = bandwidthFactor;
        this.paceFactor = paceFactor;
    }

    /** Whether it makes converging harder. */
    boolean isHarder() {
        return bandwidthFactor < 1 || paceFactor > 1;
    }

    ForecastRequest applyTo(ForecastRequest request) {
        long limit = request.parameters().maxBandwidthBytesPerSecond();
        return request.withLink(request.link().scaled(bandwidthFactor))
                .withPace(request.pace() * paceFactor)
                .withParameters(request.parameters()
                        .with(MigrationParameter.MAX_BANDWIDTH, Math.round(limit * bandwidthFactor)));
    }
}
