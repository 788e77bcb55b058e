package org.ramtracker.sim.monitor;

import java.util.Locale;

/** Why a machine ends, QEMU's {@code ShutdownCause}. */
public enum ShutdownReason {
    /** A failure here. */
    HOST_ERROR,
    /** QMP's {@code quit}. */
    HOST_QMP_QUIT,
    /** SIGTERM, SIGINT or SIGHUP. */
    HOST_SIGNAL,
    /** Somebody at the monitor's terminal. */
    HOST_UI;

    /**
     * The name on QMP.
     *
     * @return for example {@code "host-qmp-quit"}
     */
    public String qmpName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
