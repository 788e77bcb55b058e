package org.ramtracker.sim.monitor;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code query-dirty-rate} answers.
 *
 * @param status whether there is a figure
 * @param dirtyRateMebibytesPerSecond the figure, once measured
 * @param startTimeSeconds when the measurement began, in seconds since 1970
 * @param request what was asked for; empty if nothing ever was
 */
public record DirtyRateInfo(
        Status status,
        OptionalLong dirtyRateMebibytesPerSecond,
        long startTimeSeconds,
        Optional<DirtyRateRequest> request) {
    /** Of a machine that was never measured. */
    public static final DirtyRateInfo UNSTARTED =
            new DirtyRateInfo(Status.UNSTARTED, OptionalLong.empty(), 0, Optional.empty());

    /** How far it is, QEMU's {@code DirtyRateStatus}. */
    public enum Status {
        /** Nothing was ever asked for. */
        UNSTARTED,
        /** It is under way. */
        MEASURING,
        /** It is done. */
        MEASURED;

        /**
         * The name on QMP.
         *
         * @return for example {@code "measuring"}
         */
        public String qmpName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
