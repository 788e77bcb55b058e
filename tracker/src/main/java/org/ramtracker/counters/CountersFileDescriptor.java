package org.ramtracker.counters;

import org.agrona.concurrent.status.CountersReader;

/**
 * Layout of a file of counters, everything in the byte order of the machine.
 *
 * <pre>
 *   0        8          12     16       24            32     64                64 + capacity x 512
 *   +--------+----------+------+--------+-------------+------+-----------------+------------------+
 *   | magic  | capacity | zero | writer | its start   | zero | metadata        | values           |
 *   +--------+----------+------+--------+-------------+------+-----------------+------------------+
 *     64 bit   32 bit            pid      clock ticks          512 bytes each    128 bytes each
 * </pre>
 *
 * <p>Metadata and values are Agrona's, as {@link CountersReader} draws them.
 */
final class CountersFileDescriptor {
    /** {@code RMTRKCT2} in little endian. */
    static final long MAGIC = 0x32_54_43_4b_52_54_4d_52L;

    static final int MAGIC_OFFSET = 0;
    static final int CAPACITY_OFFSET = 8;
    static final int WRITER_PID_OFFSET = 16;
    static final int WRITER_START_OFFSET = 24;
    static final int HEADER_BYTES = 64;

    /** Most counters that one file can hold. */
    static final int CAPACITY_MAX = 1 << 14;

    private static final int BYTES_PER_COUNTER = CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH;

    private CountersFileDescriptor() {}

    static boolean isCapacity(int capacity) {
        return capacity >= 1 && capacity <= CAPACITY_MAX;
    }

    static long lengthBytes(int capacity) {
        return HEADER_BYTES + (long) capacity * BYTES_PER_COUNTER;
    }

    static int metadataBytes(int capacity) {
        return capacity * CountersReader.METADATA_LENGTH;
    }

    static int valuesBytes(int capacity) {
        return capacity * CountersReader.COUNTER_LENGTH;
    }
}
