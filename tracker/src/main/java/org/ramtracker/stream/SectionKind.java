package org.ramtracker.stream;

/** The four kinds of section. START is loaded like FULL, and PART like END. */
public enum SectionKind {
    /** First section of an iterable device. */
    START(SectionDescriptor.START),
    /** A further one while the guest runs. */
    PART(SectionDescriptor.PART),
    /** The last one, with the guest stopped. */
    END(SectionDescriptor.END),
    /** All of a device at once. */
    FULL(SectionDescriptor.FULL);

    private final int typeByte;

    SectionKind(int typeByte) {
        this.typeByte = typeByte;
    }

    /**
     * The byte on the wire.
     *
     * @return the type byte
     */
    public int typeByte() {
        return typeByte;
    }
}
