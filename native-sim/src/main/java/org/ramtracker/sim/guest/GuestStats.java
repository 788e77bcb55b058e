package org.ramtracker.sim.guest;

/**
 * What a guest has done by a moment. Two of them give a rate.
 *
 * @param steps pages written, rewrites included, over all threads and since the guest was created (also elsewhere)
 * @param writtenBytes the same in bytes of pages
 * @param atNanos the moment, by {@link System#nanoTime}
 */
public record GuestStats(long steps, long writtenBytes, long atNanos) {
    /**
     * The rate at which pages were written between two moments; what was written twice counts twice.
     *
     * @param earlier the first of the two
     * @return bytes of pages per second, 0 if no time has passed
     */
    public long bytesPerSecondSince(GuestStats earlier) {
        long nanos = atNanos - earlier.atNanos;
        return nanos <= 0 ? 0 : Math.round((writtenBytes - earlier.writtenBytes) * 1e9 / nanos);
    }
}
