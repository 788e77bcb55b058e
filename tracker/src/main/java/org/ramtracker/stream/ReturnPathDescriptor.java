package org.ramtracker.stream;

import java.nio.ByteBuffer;

/**
 * A message from destination to source, on the other direction of the same connection.
 *
 * <pre>
 *    0         2          4
 *   +---------+----------+----------------
 *   | be16 typ| be16 len | len bytes ...
 *   +---------+----------+----------------
 * </pre>
 */
public final class ReturnPathDescriptor {
    /** The destination is done; payload be32: 0 for success. */
    public static final int SHUT = 1;

    /** Answer to {@link CommandDescriptor#PING}; payload be32, its value. */
    public static final int PONG = 2;

    /** Length of what precedes the payload. */
    public static final int HEADER_LENGTH_BYTES = 2 * Short.BYTES;

    /** Length of SHUT and of PONG. */
    public static final int INT_MESSAGE_LENGTH_BYTES = HEADER_LENGTH_BYTES + Integer.BYTES;

    private ReturnPathDescriptor() {}

    /**
     * Writes SHUT or PONG.
     *
     * @param target big-endian buffer with room for {@link #INT_MESSAGE_LENGTH_BYTES}
     * @param type {@link #SHUT} or {@link #PONG}
     * @param value the payload
     */
    public static void putIntMessage(ByteBuffer target, int type, int value) {
        target.putShort((short) type).putShort((short) Integer.BYTES).putInt(value);
    }

    /**
     * The type of a message.
     *
     * @param messages big-endian buffer
     * @param offset where the message begins
     * @return its type
     */
    public static int type(ByteBuffer messages, int offset) {
        return Short.toUnsignedInt(messages.getShort(offset));
    }

    /**
     * The length of a message's payload.
     *
     * @param messages big-endian buffer
     * @param offset where the message begins
     * @return bytes
     */
    public static int payloadBytes(ByteBuffer messages, int offset) {
        return Short.toUnsignedInt(messages.getShort(offset + Short.BYTES));
    }
}
