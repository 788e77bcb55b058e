package org.ramtracker.stream;

/**
 * A command from source to destination.
 *
 * <pre>
 *    0    1         3          5
 *   +----+---------+----------+----------------
 *   | 08 | be16 cmd| be16 len | len bytes ...
 *   +----+---------+----------+----------------
 * </pre>
 */
public final class CommandDescriptor {
    /** Length of what precedes the payload. */
    public static final int HEADER_LENGTH_BYTES = 1 + 2 * Short.BYTES;

    /** Longest payload. */
    public static final int PAYLOAD_BYTES_MAX = 0xFFFF;

    /** The destination shall answer on the other direction of the connection; no payload. */
    public static final int OPEN_RETURN_PATH = 1;

    /** The destination answers with PONG and the same value; payload be32. */
    public static final int PING = 2;

    /** Postcopy may follow; payload be64 OR of the blocks' page sizes and be64 page size, or nothing. */
    public static final int POSTCOPY_ADVISE = 3;

    /** Postcopy: a blob of so many bytes (payload be32) follows the command. */
    public static final int PACKAGED = 7;

    /** The source is about to send the end; no payload. */
    public static final int SWITCHOVER_START = 11;

    private CommandDescriptor() {}

    /**
     * Length of a command.
     *
     * @param payloadBytes length of its payload
     * @return bytes
     */
    public static int lengthBytes(int payloadBytes) {
        return HEADER_LENGTH_BYTES + payloadBytes;
    }
}
