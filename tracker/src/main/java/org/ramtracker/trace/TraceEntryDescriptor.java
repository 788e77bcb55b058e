package org.ramtracker.trace;

/**
 * Layout of an entry of a trace, in the byte order of the file. Entries follow the header without gaps: one
 * {@link #ZERO_PAGES}, one {@link #DUPLICATE_PAGES}, one {@link #COMPRESSION}, then one {@link #EPOCH} after the other.
 *
 * <pre>
 *    0 +-----------------------------+-----------------------------+
 *      | CRC-32C of [4, length)       | length of the entry, bytes   |
 *    8 +------+----------+-----------+-----------------------------+
 *      | type | encoding | zero       | length of the payload, bytes |
 *   16 +------+----------+-----------+-----------------------------+
 *      | start, nanoseconds since the first epoch's                 |
 *   24 +-----------------------------------------------------------+
 *      | length of the epoch, nanoseconds                           |
 *   32 +-----------------------------------------------------------+
 *      | how long the sync took that ended it, nanoseconds          |
 *   40 +-----------------------------------------------------------+
 *      | pages in the set                                           |
 *   48 +-----------------------------------------------------------+
 *      | payload: the set, as {@link PageSetEncoding} says;          |
 *      |          of COMPRESSION: u64 pages tried, u64 their bytes,  |
 *      |          u64 bytes compressed                              |
 *      | zeros up to a multiple of 8                                |
 *      +-----------------------------------------------------------+
 * </pre>
 *
 * Start, length and duration are 0 in entries that are no epochs. An epoch begins where the one before it ended.
 */
final class TraceEntryDescriptor {
    static final int ZERO_PAGES = 1;
    static final int DUPLICATE_PAGES = 2;
    static final int COMPRESSION = 3;
    static final int EPOCH = 4;

    static final int CRC_OFFSET = 0;
    static final int LENGTH_OFFSET = 4;
    static final int TYPE_OFFSET = 8;
    static final int ENCODING_OFFSET = 9;
    static final int PAYLOAD_BYTES_OFFSET = 12;
    static final int START_NANOS_OFFSET = 16;
    static final int LENGTH_NANOS_OFFSET = 24;
    static final int SYNC_NANOS_OFFSET = 32;
    static final int PAGES_OFFSET = 40;
    static final int PAYLOAD_OFFSET = 48;

    static final int COMPRESSION_PAYLOAD_BYTES = 24;

    private static final int ALIGNMENT_BYTES = 8;

    private TraceEntryDescriptor() {}

    static int aligned(int bytes) {
        return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    static int entryBytes(int payloadBytes) {
        return PAYLOAD_OFFSET + aligned(payloadBytes);
    }
}
