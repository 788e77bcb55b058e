package org.ramtracker.sim.guest;

import java.nio.file.Path;

/**
 * What a guest plays back.
 *
 * @param trace the recorded trace; an absolute path, since a destination looks for it under the same name
 * @param speed how fast: 1 is as it was recorded, 2 twice as fast; more than 0, at most {@value #SPEED_MAX}
 */
public record ReplaySource(Path trace, double speed) {
    /** Fastest speed that can be asked for. */
    public static final double SPEED_MAX = 1000;

    /**
     * Checks the speed.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public ReplaySource {
        trace = trace.toAbsolutePath().normalize();
        if (!(speed > 0 && speed <= SPEED_MAX)) {
            throw new IllegalArgumentException("a replay at %s times the speed: choose more than 0, at most %.0f"
                    .formatted(Double.toString(speed), SPEED_MAX));
        }
    }
}
