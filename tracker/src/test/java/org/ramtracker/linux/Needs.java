package org.ramtracker.linux;

import org.junit.jupiter.api.Assumptions;

/** Skips tests of what this host does not have, saying why. */
final class Needs {
    private Needs() {}

    static void available(String what, Probe probe) {
        Assumptions.assumeTrue(probe.available(), what + " is not available: " + probe.detail());
    }
}
