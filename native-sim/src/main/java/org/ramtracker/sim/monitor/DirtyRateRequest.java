package org.ramtracker.sim.monitor;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What {@code calc-dirty-rate} is asked to measure; validated.
 *
 * @param calcTime how long, in {@code calcTimeUnit}
 * @param calcTimeUnit seconds or milliseconds; the answer repeats it
 * @param samplePages pages sampled in a GiB, for {@link Mode#PAGE_SAMPLING}
 * @param mode how
 */
public record DirtyRateRequest(long calcTime, TimeUnit calcTimeUnit, int samplePages, Mode mode) {
    /** QEMU's default: pages sampled in a GiB. */
    public static final int DEFAULT_SAMPLE_PAGES = 512;

    /** Ways to measure, QEMU's {@code DirtyRateMeasureMode}. */
    public enum Mode {
        /** Digest a sample of pages twice. */
        PAGE_SAMPLING,
        /** Count the log's marks. */
        DIRTY_BITMAP,
        /** Count the entries of the kernel's ring, a vCPU at a time. */
        DIRTY_RING;

        /**
         * The name on QMP.
         *
         * @return for example {@code "page-sampling"}
         */
        public String qmpName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
