package org.ramtracker.live;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** Closing what has failed already. */
final class Closing {
    private static final System.Logger LOG = System.getLogger(Closing.class.getName());

    private Closing() {}

    /** Closes; a second failure adds nothing to the one that is being reported, so it is only logged. */
    static void closeFailed(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing after a failure", e);
        }
    }
}
