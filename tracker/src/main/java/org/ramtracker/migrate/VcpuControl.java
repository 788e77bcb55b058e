package org.ramtracker.migrate;

/**
 * Pauses, resumes and throttles the guest. Nothing waits: a pause is requested and then polled.
 *
 * <p>Threads: the migrator's. A manager may pause or resume the same guest from elsewhere; {@link #isRunning} says what the
 * manager wants, and a guest that was paused by its manager stays paused after a migration, wherever it then is.
 */
public interface VcpuControl {
    /**
     * Whether the guest is meant to run, not counting a pause that the migration asked for.
     *
     * @return false if its manager paused it
     */
    boolean isRunning();

    /** Asks every vCPU, and every other writer of guest memory, to stop. Returns at once; asking twice is harmless. */
    void requestPause();

    /**
     * Whether the pause is complete: nobody runs, and every store to guest memory has been marked in the dirty log.
     *
     * @return true once paused and drained, until {@link #resume}
     */
    boolean isDrained();

    /** Takes the migration's pause back. The guest runs again unless its manager paused it. */
    void resume();

    /**
     * Makes the guest sleep for a share of the time.
     *
     * @param percent 0 (full speed) to 99
     */
    void throttle(int percent);
}
