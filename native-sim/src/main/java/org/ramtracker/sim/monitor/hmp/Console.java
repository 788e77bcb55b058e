package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;

/** Where a command's words go. */
interface Console {
    /**
     * Shows text.
     *
     * @param text whole lines
     * @throws IOException if whoever reads is gone
     */
    void print(String text) throws IOException;

    /** Whether the person waits for a command to end; a program that asks for one answer does not. */
    boolean canWait();

    /**
     * Shows how a command that takes long goes, over what it showed before or below it.
     *
     * @param line without a line break
     * @throws IOException if whoever reads is gone
     */
    void showProgress(String line) throws IOException;

    /** How long to wait between two of them. */
    long progressIntervalMillis();

    /** Whether the person has asked for an end of the command since this was last called. */
    boolean takeInterrupt();
}
