package org.ramtracker.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * The header of the packet that was read last, checked. Nothing allocates unless the block is another one than in the packet
 * before.
 *
 * <p>QEMU 7.2 leaves name, offsets and payload length of the packet before in a header without pages: there they are not
 * looked at.
 */
final class MultifdPacketHead {
    private static final String WHAT = "the header of a packet";
    private static final int KNOWN_FLAGS =
            MultifdPacketDescriptor.SYNC | MultifdPacketDescriptor.METHOD_MASK | MultifdPacketDescriptor.DEVICE_STATE;

    private final StreamInput input;
    private final MultifdHandler handler;
    private final int pageBytes;
    private final int pagesMax;
    private final long[] offsetsBytes;
    private final byte[] name = new byte[MultifdPacketDescriptor.NAME_BYTES];
    private final byte[] lastName = new byte[MultifdPacketDescriptor.NAME_BYTES];
    private final ByteBuffer nameBuffer = ByteBuffer.wrap(name);
    private @Nullable RamBlock block;
    private ChannelCompression method = ChannelCompression.NONE;
    private int flags;
    private int normalPages;
    private int zeroPages;
    private int payloadBytes;
    private long packetNumber;

    MultifdPacketHead(StreamInput input, MultifdHandler handler, PageSize pageSize) {
        this.input = input;
        this.handler = handler;
        this.pageBytes = pageSize.bytes();
        this.pagesMax = MultifdPacketDescriptor.pagesMax(pageSize);
        this.offsetsBytes = new long[pagesMax];
    }

    boolean isSync() {
        return (flags & MultifdPacketDescriptor.SYNC) != 0;
    }

    ChannelCompression method() {
        return method;
    }

    int normalPages() {
        return normalPages;
    }

    int zeroPages() {
        return zeroPages;
    }

    /** 0 without normal pages, whatever the header says. */
    int payloadBytes() {
        return payloadBytes;
    }

    long packetNumber() {
        return packetNumber;
    }

    /** Of the normal pages, then of the zero pages. */
    long offsetBytes(int index) {
        return offsetsBytes[index];
    }

    /** One after the last of the pages that begin with this one, are of the same kind and follow each other in the block. */
    int endOfRun(int index, int endIndex) {
        int end = index + 1;
        while (end < endIndex && offsetsBytes[end] == offsetsBytes[end - 1] + pageBytes) {
            end++;
        }
        return end;
    }

    /** The block of a packet with pages. */
    RamBlock block() throws IOException {
        if (block == null) {
            throw input.malformed("the packet has no block");
        }
        return block;
    }

    void read() throws IOException {
        checkMagic();
        readFlags();
        int pagesAlloc = input.be32(WHAT);
        normalPages = input.be32(WHAT);
        int nextPacketSize = input.be32(WHAT);
        packetNumber = input.be64(WHAT);
        zeroPages = input.be32(WHAT);
        checkCounts(pagesAlloc);
        payloadBytes = normalPages == 0 ? 0 : nextPacketSize;
        input.skip(MultifdPacketDescriptor.NAME_OFFSET - MultifdPacketDescriptor.RESERVED_OFFSET, WHAT);
        input.read(nameBuffer.clear(), WHAT);
        for (int i = 0; i < pagesMax; i++) {
            offsetsBytes[i] = input.be64(WHAT);
        }
        if (normalPages + zeroPages > 0) {
            findBlock();
            checkOffsets();
        }
    }

    private void checkMagic() throws IOException {
        int magic = input.be32(WHAT);
        int version = input.be32(WHAT);
        if (magic != MultifdInitialDescriptor.MAGIC || version != MultifdInitialDescriptor.VERSION) {
            throw input.malformed("magic 0x%08x and version %s where a packet should begin, not 0x%08x and %d"
                    .formatted(
                            magic,
                            Integer.toUnsignedString(version),
                            MultifdInitialDescriptor.MAGIC,
                            MultifdInitialDescriptor.VERSION));
        }
    }

    private void readFlags() throws IOException {
        flags = input.be32(WHAT);
        if ((flags & MultifdPacketDescriptor.DEVICE_STATE) != 0) {
            throw input.malformed("the state of a VFIO device, which this reader does not decode");
        }
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw input.malformed("unknown flags 0x%x".formatted(flags));
        }
        ChannelCompression known = ChannelCompression.ofFlags(flags);
        if (known == null) {
            throw input.malformed("compression %s, which this reader does not decode; there are none, zlib and zstd"
                    .formatted(ChannelCompression.describe(flags)));
        }
        method = known;
    }

    private void checkCounts(int pagesAlloc) throws IOException {
        long pages = Integer.toUnsignedLong(normalPages) + Integer.toUnsignedLong(zeroPages);
        long allocated = Integer.toUnsignedLong(pagesAlloc);
        if (allocated > pagesMax || (pages > 0 && pages > allocated)) {
            throw input.malformed("%s normal and %s zero pages in a packet for %d, of at most %d"
                    .formatted(
                            Integer.toUnsignedString(normalPages),
                            Integer.toUnsignedString(zeroPages),
                            allocated,
                            pagesMax));
        }
    }

    private void findBlock() throws IOException {
        if (block == null || !Arrays.equals(name, lastName)) {
            String idstr = idstr();
            input.enterBlock(idstr);
            block = handler.resolve(idstr);
            System.arraycopy(name, 0, lastName, 0, name.length);
        }
        if (block == null) {
            throw input.malformed("the destination has no such block");
        }
        input.enterBlock(block.idstr());
    }

    private String idstr() throws IOException {
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        if (length == 0 || length == name.length) {
            throw input.malformed("the name of the packet's block is "
                    + (length == 0 ? "empty" : "not ended by a zero within its " + length + " bytes"));
        }
        try {
            return Names.decode(Arrays.copyOf(name, length));
        } catch (CharacterCodingException e) {
            throw input.malformed("the name of the packet's block is not UTF-8");
        }
    }

    private void checkOffsets() throws IOException {
        long lastPageBytes = block().usedLengthBytes() - pageBytes;
        for (int i = 0; i < normalPages + zeroPages; i++) {
            long offset = offsetsBytes[i];
            if (offset < 0 || offset > lastPageBytes || (offset & (pageBytes - 1)) != 0) {
                input.enterPage(offset);
                throw input.malformed("page %d of the packet, at offset 0x%x, is not a page of the block's %d bytes"
                        .formatted(i, offset, block().usedLengthBytes()));
            }
        }
    }
}
