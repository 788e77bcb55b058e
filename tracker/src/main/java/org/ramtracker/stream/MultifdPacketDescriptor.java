package org.ramtracker.stream;

import org.ramtracker.memory.PageSize;

/**
 * The header of a packet of pages, always complete, and what follows it.
 *
 * <pre>
 *    0       4         8       12            16             20
 *   +-------+---------+-------+-------------+--------------+------------------+
 *   | magic | version | flags | pages_alloc | normal_pages | next_packet_size |      be32 each
 *   +-------+---------+-------+-------------+--------------+------------------+
 *    24                32           36               64             320
 *   +-----------------+------------+----------------+--------------+-----------------------+
 *   | be64 packet_num | zero_pages | reserved, zero | idstr, zero  | pages_alloc x be64    |
 *   |                 | be32       |                | padded       | offset in the block   |
 *   +-----------------+------------+----------------+--------------+-----------------------+
 *    payload: next_packet_size bytes, none without normal pages
 * </pre>
 *
 * <p>The offsets are those of the normal pages, then those of the zero pages, then undefined. All pages are of one block. The
 * payload is the normal pages in the order of their offsets: as they are, or as the next piece of the channel's one
 * compressed stream ({@link ChannelCompression}). Packets with zero pages are those of machine types since QEMU 9.0.
 */
public final class MultifdPacketDescriptor {
    /** Flag: the channel has reached a synchronisation point. */
    public static final int SYNC = 0x01;

    /** Flag: the state of a device (QEMU 10.0, VFIO), not pages. */
    public static final int DEVICE_STATE = 0x40;

    /** Those of the flags that tell the compression. */
    public static final int METHOD_MASK = 0x3E;

    /** Page bytes that a packet holds. */
    public static final int PAGES_BYTES_MAX = 512 << 10;

    /** Room for the name of the block and at least one zero. */
    public static final int NAME_BYTES = 256;

    static final int FLAGS_OFFSET = 8;
    static final int PAGES_ALLOC_OFFSET = 12;
    static final int NORMAL_PAGES_OFFSET = 16;
    static final int NEXT_PACKET_SIZE_OFFSET = 20;
    static final int PACKET_NUM_OFFSET = 24;
    static final int ZERO_PAGES_OFFSET = 32;
    static final int RESERVED_OFFSET = 36;
    static final int NAME_OFFSET = 64;
    static final int OFFSETS_OFFSET = NAME_OFFSET + NAME_BYTES;

    private MultifdPacketDescriptor() {}

    /**
     * How many pages a packet holds.
     *
     * @param pageSize the page size
     * @return 128 for pages of 4 KiB, at least 1
     */
    public static int pagesMax(PageSize pageSize) {
        return Math.max(1, PAGES_BYTES_MAX / pageSize.bytes());
    }

    /**
     * Length of the header, which does not depend on what is in the packet.
     *
     * @param pageSize the page size
     * @return 1344 for pages of 4 KiB
     */
    public static int headerBytes(PageSize pageSize) {
        return OFFSETS_OFFSET + pagesMax(pageSize) * Long.BYTES;
    }
}
