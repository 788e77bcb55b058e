package org.ramtracker.sim.vmm;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closes what is given up: that it could not be closed changes nothing any more. */
final class Closing {
    private Closing() {}

    static void quietly(@Nullable Closeable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (IOException e) {
            // it is given up all the same
        }
    }
}
