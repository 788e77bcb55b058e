package org.ramtracker.stream;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The first packet of a page channel, by which the destination knows whose pages it carries.
 *
 * <pre>
 *    0         4         8          24    25            64
 *   +---------+---------+----------+-----+-------------+
 *   | be32    | be32    | UUID     | u8  | zero        |
 *   | magic   | version | 16 bytes | id  |             |
 *   +---------+---------+----------+-----+-------------+
 * </pre>
 *
 * <p>The UUID is the guest's, all zero if it has none. The id counts the channels from 0.
 */
public final class MultifdInitialDescriptor {
    /** First bytes of this packet and of all that follow, be32. */
    public static final int MAGIC = StreamHeaderDescriptor.MULTIFD_MAGIC;

    /** The only version, be32. */
    public static final int VERSION = 1;

    /** Length of the packet. */
    public static final int LENGTH_BYTES = 64;

    /** The most channels that an id can tell apart; QEMU has the same limit. */
    public static final int CHANNELS_MAX = 255;

    /** The UUID of a guest that has none. */
    public static final UUID NO_UUID = new UUID(0, 0);

    static final int UUID_OFFSET = 8;
    static final int ID_OFFSET = 24;

    private MultifdInitialDescriptor() {}

    /**
     * Writes the packet.
     *
     * @param target big-endian buffer with room for {@link #LENGTH_BYTES}, at whose position it is written
     * @param uuid the guest's, or {@link #NO_UUID}
     * @param channelId 0 to 254
     */
    public static void put(ByteBuffer target, UUID uuid, int channelId) {
        int end = target.position() + LENGTH_BYTES;
        target.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .put((byte) channelId);
        while (target.position() < end) {
            target.put((byte) 0);
        }
    }
}
