package org.ramtracker.trace;

/**
 * Layout of the beginning of a trace, in the byte order of the machine that records it; the magic shows which.
 *
 * <pre>
 *    0 +-----------------------------------------------------------+
 *      | magic "RMTRKTRC", as a little-endian machine writes it     |
 *    8 +-----------------------------------------------------------+
 *      | committed length of the file in bytes, stored with release |
 *   16 +-----------------------------+-----------------------------+
 *      | 1 = ended by its recorder    | zero                         |
 *   24 +-----------------------------+-----------------------------+
 *      | version                      | length of the header, bytes  |
 *   32 +-----------------------------+-----------------------------+
 *      | page size, bytes             | number of blocks             |
 *   40 +-----------------------------+-----------------------------+
 *      | epoch length asked for, nanoseconds                        |
 *   48 +-----------------------------------------------------------+
 *      | when the trace was created, ms since 1970 UTC              |
 *   56 +-----------------------------------------------------------+
 *      | blocks, each:  u64 guest-physical address                  |
 *      |                u64 length, bytes                           |
 *      |                u64 length of the name, bytes               |
 *      |                name in UTF-8, zeros up to a multiple of 8  |
 *      +-----------------------------+-----------------------------+
 *      | CRC-32C of [24, here)        | zero                         |
 *      +-----------------------------+-----------------------------+
 * </pre>
 */
final class TraceHeaderDescriptor {
    /** {@code RMTRKTRC} in little endian. */
    static final long MAGIC = 0x43_52_54_4b_52_54_4d_52L;

    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int COMMITTED_OFFSET = 8;
    static final int ENDED_OFFSET = 16;
    /** Zeros. */
    static final int ENDED_PADDING_OFFSET = 20;
    /** From here on nothing changes, and the checksum covers it. */
    static final int FIXED_OFFSET = 24;

    static final int VERSION_OFFSET = 24;
    static final int HEADER_BYTES_OFFSET = 28;
    static final int PAGE_BYTES_OFFSET = 32;
    static final int BLOCK_COUNT_OFFSET = 36;
    static final int EPOCH_NANOS_OFFSET = 40;
    static final int CREATED_AT_OFFSET = 48;
    static final int BLOCKS_OFFSET = 56;

    static final int BLOCK_ADDRESS_OFFSET = 0;
    static final int BLOCK_LENGTH_OFFSET = 8;
    static final int BLOCK_NAME_BYTES_OFFSET = 16;
    static final int BLOCK_NAME_OFFSET = 24;

    static final int CRC_AND_PADDING_BYTES = 8;

    /** As many as a RAM stream may name. */
    static final int BLOCKS_MAX = 4096;

    static final int NAME_BYTES_MAX = 255;
    static final int HEADER_BYTES_MIN = BLOCKS_OFFSET + CRC_AND_PADDING_BYTES;
    static final int HEADER_BYTES_MAX =
            HEADER_BYTES_MIN + BLOCKS_MAX * (BLOCK_NAME_OFFSET + TraceEntryDescriptor.aligned(NAME_BYTES_MAX));

    private TraceHeaderDescriptor() {}

    static int blockBytes(int nameBytes) {
        return BLOCK_NAME_OFFSET + TraceEntryDescriptor.aligned(nameBytes);
    }

    static int crcOffset(int headerBytes) {
        return headerBytes - CRC_AND_PADDING_BYTES;
    }
}
