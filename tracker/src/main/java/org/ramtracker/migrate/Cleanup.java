package org.ramtracker.migrate;

import org.jspecify.annotations.Nullable;

/** Puts things in order, each of them even if another one fails, and remembers every failure. */
final class Cleanup {
    private final StringBuilder message = new StringBuilder();
    private @Nullable Throwable cause;

    /** Begins after a failure. */
    static Cleanup after(String doing, Throwable failure) {
        Cleanup cleanup = new Cleanup();
        cleanup.note(doing, failure);
        return cleanup;
    }

    /** Begins with what an operator has to know first. */
    static Cleanup because(@Nullable String reason) {
        Cleanup cleanup = new Cleanup();
        cleanup.message.append(reason == null ? "" : reason);
        return cleanup;
    }

    /**
     * Runs a step.
     *
     * @param doing for the message, "resuming the guest" for example
     * @param step what to do
     */
    void run(String doing, Runnable step) {
        try {
            step.run();
        } catch (Throwable t) { // an Error must not keep the guest paused either
            note(doing, t);
        }
    }

    private void note(String doing, Throwable failure) {
        if (cause == null) {
            cause = failure;
        } else if (!cause.equals(failure)) {
            cause.addSuppressed(failure);
        }
        message.append(message.isEmpty() ? "" : "; ")
                .append(doing)
                .append(" failed: ")
                .append(oneLine(failure));
    }

    private static String oneLine(Throwable failure) {
        String text = failure.getMessage();
        return text == null || text.isBlank()
                ? failure.getClass().getSimpleName()
                : text.lines().findFirst().orElseThrow().strip();
    }

    /** One line that names every failure; null without one. */
    @Nullable
    String message() {
        return message.isEmpty() ? null : message.toString();
    }

    /** The first failure, the others suppressed in it. */
    @Nullable
    Throwable cause() {
        return cause;
    }
}
