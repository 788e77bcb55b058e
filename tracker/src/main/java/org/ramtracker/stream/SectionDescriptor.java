package org.ramtracker.stream;

/**
 * Type bytes and the frame of a section.
 *
 * <pre>
 *   START, FULL   | 01/04 | be32 section id | str8 idstr | be32 instance | be32 version | body | footer |
 *   PART, END     | 02/03 | be32 section id |                                             body | footer |
 *   footer        | 7E    | be32 section id |
 * </pre>
 *
 * <p>The sender chooses the section id; START or FULL bind it to a name, the others refer to it.
 */
public final class SectionDescriptor {
    /** End of the stream proper. */
    public static final int EOF = 0x00;

    /** First section of an iterable device. */
    public static final int START = 0x01;

    /** A further section while the guest runs. */
    public static final int PART = 0x02;

    /** Last section, written when the guest has been stopped. */
    public static final int END = 0x03;

    /** All of a device at once. */
    public static final int FULL = 0x04;

    /** Subsection, inside a section or the configuration only. */
    public static final int SUBSECTION = 0x05;

    /** The JSON after EOF. */
    public static final int VM_DESCRIPTION = 0x06;

    /** The configuration. */
    public static final int CONFIGURATION = 0x07;

    /** A command. */
    public static final int COMMAND = 0x08;

    /** After the body of a section. */
    public static final int FOOTER = 0x7E;

    /** Name of the RAM section. */
    public static final String RAM_IDSTR = "ram";

    /** Instance of the RAM section. */
    public static final int RAM_INSTANCE = 0;

    /** Version of the RAM section. */
    public static final int RAM_VERSION = 4;

    /** Longest name: its length is one byte. */
    public static final int IDSTR_BYTES_MAX = 255;

    /** Length of what precedes the body of PART and END. */
    public static final int CONTINUATION_LENGTH_BYTES = 1 + Integer.BYTES;

    /** Length of a footer. */
    public static final int FOOTER_LENGTH_BYTES = 1 + Integer.BYTES;

    private SectionDescriptor() {}

    /**
     * Length of what precedes the body of START and FULL.
     *
     * @param idstrBytes length of the name
     * @return bytes
     */
    public static int startLengthBytes(int idstrBytes) {
        return 1 + Integer.BYTES + 1 + idstrBytes + 2 * Integer.BYTES;
    }
}
