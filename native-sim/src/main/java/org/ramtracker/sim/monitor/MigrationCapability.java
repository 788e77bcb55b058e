package org.ramtracker.sim.monitor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be switched on and off for migrations, QEMU's {@code MigrationCapability}. */
public enum MigrationCapability {
    /** Slow the guest down when the migration does not converge. */
    AUTO_CONVERGE,
    /** Send MIGRATION and MIGRATION_PASS events. */
    EVENTS,
    /** Wait for {@code migrate-continue} before the guest is paused for good. */
    PAUSE_BEFORE_SWITCHOVER,
    /** Send and expect pages on channels of their own. Not together with {@link #XBZRLE}. */
    MULTIFD,
    /** Send pages that come again as differences to what the destination has. */
    XBZRLE;

    /**
     * The name on QMP.
     *
     * @return for example {@code "auto-converge"}
     */
    public String qmpName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The capability of a name.
     *
     * @param qmpName the name on QMP
     * @return empty if there is none
     */
    public static Optional<MigrationCapability> named(String qmpName) {
        return Arrays.stream(values())
                .filter(capability -> capability.qmpName().equals(qmpName))
                .findFirst();
    }
}
