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
     * The kind of a byte on the wire.
     *
     * @param typeByte the type byte
     * @return its kind
     * @throws IllegalArgumentException if it is none of a section
     */
    public static SectionKind ofTypeByte(int typeByte) {
        return switch (typeByte) {
            case SectionDescriptor.START -> START;
            case SectionDescriptor.PART -> PART;
            case SectionDescriptor.END -> END;
            case SectionDescriptor.FULL -> FULL;
            default -> throw new IllegalArgumentException("no type byte of a section: " + typeByte);
        };
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
