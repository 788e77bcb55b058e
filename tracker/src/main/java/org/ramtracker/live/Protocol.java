package org.ramtracker.live;

import java.nio.ByteBuffer;

/** What both sides of a migration agree on beyond the format of the stream. */
final class Protocol {
    /** Name of our machine type; it grows a new number when the device sections change their frame. */
    static final String MACHINE_TYPE = "ramtracker-1";

    /** Value of the PING that opens the conversation. */
    static final int PING_OPEN = 1;

    /** Value of the PING by which the source gives the guest up. */
    static final int PING_COMMIT = 2;

    /** Value of the first PING that asks how far the destination has come; the others count on from it. */
    static final int PING_MILESTONE_FIRST = 3;

    /** Value of SHUT when everything was loaded. */
    static final int SHUT_LOADED = 0;

    /** Value of SHUT when the destination failed. */
    static final int SHUT_FAILED = 1;

    private Protocol() {}

    static ByteBuffer intPayload(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, value);
    }

    /** A text from the other side must not drive somebody's terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
