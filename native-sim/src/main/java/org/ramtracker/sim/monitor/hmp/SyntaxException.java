package org.ramtracker.sim.monitor.hmp;

/** A line that is no command with its arguments. */
final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A complaint.
     *
     * @param words one line, QEMU's where it has them
     */
    SyntaxException(String words) {
        super(words);
    }

    String words() {
        return String.valueOf(getMessage());
    }
}
