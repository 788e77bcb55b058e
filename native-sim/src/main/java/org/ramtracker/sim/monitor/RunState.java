package org.ramtracker.sim.monitor;

import java.util.Locale;

/** What a machine is doing, in the words of QEMU's {@code RunState}. */
public enum RunState {
    /** It was started to receive a guest, which has not arrived. */
    INMIGRATE,
    /** It was started with {@code -S} and its guest has never run. */
    PRELAUNCH,
    /** The guest runs. */
    RUNNING,
    /** The manager stopped the guest. */
    PAUSED,
    /** The guest is paused for the last phase of an outgoing migration. */
    FINISH_MIGRATE,
    /** The guest was given up to a destination, or into a file. */
    POSTMIGRATE,
    /** The guest ended because of a fault of the VMM. */
    INTERNAL_ERROR,
    /** The machine is being torn down. */
    SHUTDOWN;

    /**
     * The name on QMP and HMP.
     *
     * @return for example {@code "finish-migrate"}
     */
    public String qmpName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
