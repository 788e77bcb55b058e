package org.ramtracker.sim.monitor;

/** The classes into which QEMU sorts errors; a client may tell them apart, the description is for people. */
public enum ErrorClass {
    /** Everything that has no class of its own. */
    GENERIC_ERROR("GenericError"),
    /** There is no such command, or not now. */
    COMMAND_NOT_FOUND("CommandNotFound"),
    /** What the command is about does not run. */
    DEVICE_NOT_ACTIVE("DeviceNotActive"),
    /** What the command is about does not exist. */
    DEVICE_NOT_FOUND("DeviceNotFound"),
    /** The command needs something of KVM that is not there. */
    KVM_MISSING_CAP("KVMMissingCap");

    private final String qmpName;

    ErrorClass(String qmpName) {
        this.qmpName = qmpName;
    }

    /**
     * The name on QMP.
     *
     * @return for example {@code "GenericError"}
     */
    public String qmpName() {
        return qmpName;
    }
}
