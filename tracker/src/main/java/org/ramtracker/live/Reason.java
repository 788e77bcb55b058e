package org.ramtracker.live;

/** Why something failed, in words for an operator. */
final class Reason {
    private Reason() {}

    /** The message, or the kind of failure where there is none: closed channels say nothing about themselves. */
    static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
