package org.ramtracker.sim.monitor;

/** A command that was refused or failed; the machine is as it was before. */
public final class MonitorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorClass errorClass;

    /**
     * A refusal of a class of its own.
     *
     * @param errorClass for programs
     * @param description one line for people: what is wrong and what to do
     */
    public MonitorException(ErrorClass errorClass, String description) {
        super(description);
        this.errorClass = errorClass;
    }

    /**
     * A refusal of {@link ErrorClass#GENERIC_ERROR}.
     *
     * @param description one line for people: what is wrong and what to do
     */
    public MonitorException(String description) {
        this(ErrorClass.GENERIC_ERROR, description);
    }

    /**
     * Its class.
     *
     * @return what a program may tell apart
     */
    public ErrorClass errorClass() {
        return errorClass;
    }

    /**
     * What happened.
     *
     * @return one line
     */
    public String description() {
        String message = getMessage();
        return message == null ? errorClass.qmpName() : message;
    }
}
