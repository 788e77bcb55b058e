package org.ramtracker.sim.inspect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.StreamConfiguration;

/**
 * What a stream of a paused guest says besides its pages.
 *
 * @param configuration with the machine type
 * @param blocks of its list
 * @param devices what follows the last section with RAM, to the end
 */
record QemuTemplate(StreamConfiguration configuration, List<Block> blocks, ByteBuffer devices) {
    private static final int NAME_AT = 9;
    private static final int START_HEADER_BYTES = 5 + 4 + 8;

    /** A block of RAM. */
    record Block(String idstr, long lengthBytes) {}

    static QemuTemplate of(byte[] stream) {
        ByteBuffer bytes = ByteBuffer.wrap(stream).position(NAME_AT);
        String machineType = text(bytes, bytes.getInt());
        int ramSectionId = bytes.getInt(bytes.position() + 1);
        bytes.position(bytes.position() + START_HEADER_BYTES);
        List<Block> blocks = blocks(bytes);
        byte[] emptyEnd = ByteBuffer.allocate(18)
                .put((byte) 0x03)
                .putInt(ramSectionId)
                .putLong(0x10)
                .put((byte) 0x7e)
                .putInt(ramSectionId)
                .array();
        int end = indexOf(stream, emptyEnd, bytes.position());
        return new QemuTemplate(
                StreamConfiguration.of(machineType, PageSize.KIB_4),
                blocks,
                bytes.position(end + emptyEnd.length).slice());
    }

    private static List<Block> blocks(ByteBuffer bytes) {
        List<Block> blocks = new ArrayList<>();
        long left = bytes.getLong() & -0x1000;
        while (left > 0) {
            Block block = new Block(text(bytes, bytes.get()), bytes.getLong());
            blocks.add(block);
            left -= block.lengthBytes;
        }
        return blocks;
    }

    private static String text(ByteBuffer bytes, int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] stream, byte[] part, int from) {
        for (int at = from; at <= stream.length - part.length; at++) {
            if (Arrays.equals(stream, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("the guest wrote while it stood still: its last section with RAM is not empty");
    }
}
