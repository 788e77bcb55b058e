package org.ramtracker.stream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.IdentityHashMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * Encodes the packets of one channel, as QEMU 10.x sends them: zero pages inside packets, synchronisation in packets of its
 * own. A pure encoder, without I/O.
 *
 * <pre>
 *   initial { begin ( normalPage | zeroPage )+ encode | sync }
 * </pre>
 *
 * <p>Page bytes are copied during {@link #normalPage} and read at no later time, so that what is compressed does not change
 * under the compressor. What is not compressed can be sent from where it is: {@link #pageInPlace}. Every result is a view of the writer's own buffer, valid until the next call.
 *
 * <p>Threads: one at a time. Nothing allocates but the first packet of a block. Close it to release the compressor.
 */
public final class MultifdPacketWriter implements AutoCloseable {
    private final PageSize pageSize;
    private final int pageBytes;
    private final int pagesMax;
    private final int headerBytes;
    private final ChannelCompression method;
    private final @Nullable PageCompressor compressor;

    /** Header and payload of a packet that is sent plain; the source of one that is compressed. */
    private final ByteBuffer plain;

    private final MemorySegment plainBytes;

    /** What callers get to see of {@link #plain}, which itself keeps its limits. */
    private final ByteBuffer plainView;

    private final @Nullable ByteBuffer compressed;
    private final long[] zeroOffsets;
    private final IdentityHashMap<RamBlock, byte[]> names = new IdentityHashMap<>();
    private @Nullable RamBlock block;
    private byte[] name = new byte[0];
    private int normalPages;
    private int zeroPages;

    /**
     * A writer at the beginning of a channel.
     *
     * @param pageSize the guest's page size
     * @param method how normal pages are compressed
     * @param level the level of the method: 0 to 9 for zlib, 1 to 22 for zstd; without meaning for none
     */
    public MultifdPacketWriter(PageSize pageSize, ChannelCompression method, int level) {
        this.pageSize = pageSize;
        this.pageBytes = pageSize.bytes();
        this.pagesMax = MultifdPacketDescriptor.pagesMax(pageSize);
        this.headerBytes = MultifdPacketDescriptor.headerBytes(pageSize);
        this.method = method;
        this.zeroOffsets = new long[pagesMax];
        this.plain = ByteBuffer.allocateDirect(headerBytes + pagesMax * pageBytes);
        this.plainBytes = MemorySegment.ofBuffer(plain);
        this.plainView = plain.duplicate();
        boolean plainOnly = method == ChannelCompression.NONE;
        this.compressor = plainOnly ? null : PageCompressor.of(method, level, pageSize);
        this.compressed = plainOnly
                ? null
                : ByteBuffer.allocateDirect(headerBytes + PageCompressor.boundBytes(pagesMax * pageBytes))
                        .order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * The packet with which a channel begins.
     *
     * @param uuid the guest's, or {@link MultifdInitialDescriptor#NO_UUID}
     * @param channelId 0 to 254
     * @return the bytes
     */
    public ByteBuffer initial(UUID uuid, int channelId) {
        MultifdInitialDescriptor.put(plain.clear(), uuid, channelId);
        return viewOf(MultifdInitialDescriptor.LENGTH_BYTES);
    }

    /**
     * Begins a packet. Pages that were put into one and not encoded are forgotten.
     *
     * @param ofBlock the block of all its pages
     */
    public void begin(RamBlock ofBlock) {
        if (block != ofBlock) {
            block = ofBlock;
            name = nameOf(ofBlock);
        }
        normalPages = 0;
        zeroPages = 0;
    }

    private byte[] nameOf(RamBlock ofBlock) {
        byte[] known = names.get(ofBlock);
        if (known == null) {
            known = Names.encode(ofBlock.idstr());
            names.put(ofBlock, known);
        }
        return known;
    }

    /**
     * Whether the packet holds all that it can.
     *
     * @return true if no page fits any more
     */
    public boolean isFull() {
        return normalPages + zeroPages == pagesMax;
    }

    /**
     * Pages in the packet that travel whole.
     *
     * @return pages
     */
    public int normalPages() {
        return normalPages;
    }

    /**
     * Pages in the packet that travel as their offset.
     *
     * @return pages
     */
    public int zeroPages() {
        return zeroPages;
    }

    /**
     * Adds a page, copied from the block's memory as it is now.
     *
     * @param offsetBytes its offset in the block
     */
    public void normalPage(long offsetBytes) {
        copyPage(requireRoom(offsetBytes), normalPages, offsetBytes);
        noteNormalPage(offsetBytes);
    }

    /**
     * Adds a page without copying it: its bytes are the caller's to send behind {@link #encodeHeader}, or copied by
     * {@link #copyPages}.
     *
     * @param offsetBytes its offset in the block
     */
    public void pageInPlace(long offsetBytes) {
        requireRoom(offsetBytes);
        noteNormalPage(offsetBytes);
    }

    private void noteNormalPage(long offsetBytes) {
        plain.putLong(MultifdPacketDescriptor.OFFSETS_OFFSET + normalPages * Long.BYTES, offsetBytes);
        normalPages++;
    }

    private void copyPage(RamBlock from, int index, long offsetBytes) {
        MemorySegment.copy(from.segment(), offsetBytes, plainBytes, headerBytes + (long) index * pageBytes, pageBytes);
    }

    /**
     * Copies pages that were added in place, as they are now, to where {@link #encode} has them.
     *
     * @param index the first of them
     * @param endIndex one after the last, at most {@link #normalPages}
     */
    public void copyPages(int index, int endIndex) {
        for (int i = index; i < endIndex; i++) {
            copyPage(requireBlock(), i, normalOffsetBytes(i));
        }
    }

    /**
     * The end of a run of normal pages that follow each other in the block.
     *
     * @param index its first, less than {@link #normalPages}
     * @return one after its last
     */
    public int endOfRun(int index) {
        int end = index + 1;
        while (end < normalPages && normalOffsetBytes(end) == normalOffsetBytes(end - 1) + pageBytes) {
            end++;
        }
        return end;
    }

    /**
     * The memory that {@link #encodeHeader} writes the header to, at its beginning.
     *
     * @return the writer's own
     */
    public MemorySegment packetBytes() {
        return plainBytes;
    }

    /**
     * Where in the packet so many pages end.
     *
     * @param pages at most {@link #normalPages}
     * @return bytes from the beginning of the header
     */
    public int endOfPages(int pages) {
        return headerBytes + pages * pageBytes;
    }

    /**
     * Offset of a normal page of the packet.
     *
     * @param index less than {@link #normalPages}
     * @return its offset in the block
     */
    public long normalOffsetBytes(int index) {
        return plain.getLong(MultifdPacketDescriptor.OFFSETS_OFFSET + index * Long.BYTES);
    }

    /**
     * Adds a page that is all zero.
     *
     * @param offsetBytes its offset in the block
     */
    public void zeroPage(long offsetBytes) {
        requireRoom(offsetBytes);
        zeroOffsets[zeroPages] = offsetBytes;
        zeroPages++;
    }

    private RamBlock requireRoom(long offsetBytes) {
        RamBlock of = requireBlock();
        if (isFull()) {
            throw new IllegalStateException("the packet is full");
        }
        assert pageSize.isAligned(offsetBytes) : offsetBytes;
        assert offsetBytes >= 0 && offsetBytes < of.usedLengthBytes() : offsetBytes;
        return of;
    }

    private RamBlock requireBlock() {
        if (block == null) {
            throw new IllegalStateException("no packet was begun");
        }
        return block;
    }

    /**
     * The packet, its normal pages compressed if the channel compresses.
     *
     * @param packetNumber running number over all channels
     * @return the bytes
     */
    public ByteBuffer encode(long packetNumber) {
        return encode(packetNumber, false);
    }

    /**
     * The packet with its normal pages as they are, in the form of the channel's compressed stream if it compresses: QEMU's
     * destinations refuse plain packets on such a channel.
     *
     * @param packetNumber running number over all channels
     * @return the bytes
     */
    public ByteBuffer encodeStored(long packetNumber) {
        return encode(packetNumber, true);
    }

    private ByteBuffer encode(long packetNumber, boolean stored) {
        if (compressor == null || compressed == null) {
            return encodeHeader(packetNumber).limit(plainEnd());
        }
        putZeroOffsets();
        if (normalPages == 0) {
            putHeader(packetNumber, method.flag(), 0);
            return viewOf(headerBytes);
        }
        compressed.clear().position(headerBytes);
        ByteBuffer pages = viewOf(plainEnd()).position(headerBytes);
        if (stored) {
            compressor.store(pages, compressed);
        } else {
            compressor.compress(pages, compressed);
        }
        putHeader(packetNumber, method.flag(), compressed.position() - headerBytes);
        compressed.put(0, plain, 0, headerBytes);
        return compressed.flip();
    }

    /**
     * The header of the packet that {@link #encode} makes on a channel that does not compress; the normal pages, in the order in
     * which they were added, are the caller's to send behind it. Those that {@link #copyPages} copied lie behind it, up to
     * {@link #endOfPages}.
     *
     * @param packetNumber running number over all channels
     * @return the bytes, a view whose limit may be moved over pages that were copied
     */
    public ByteBuffer encodeHeader(long packetNumber) {
        assert compressor == null : method;
        putZeroOffsets();
        putHeader(packetNumber, ChannelCompression.NONE.flag(), normalPages * pageBytes);
        return viewOf(headerBytes);
    }

    /**
     * A packet without pages by which the channel says that it has reached a synchronisation point.
     *
     * @param packetNumber running number over all channels
     * @return the bytes
     */
    public ByteBuffer sync(long packetNumber) {
        normalPages = 0;
        zeroPages = 0;
        putHeader(packetNumber, MultifdPacketDescriptor.SYNC, 0);
        plain.putInt(MultifdPacketDescriptor.PAGES_ALLOC_OFFSET, 0);
        clear(MultifdPacketDescriptor.NAME_OFFSET, headerBytes);
        return viewOf(headerBytes);
    }

    /**
     * Length of the packet with its pages as they are.
     *
     * @return bytes
     */
    public int plainBytes() {
        return plainEnd();
    }

    private ByteBuffer viewOf(int lengthBytes) {
        return plainView.clear().limit(lengthBytes);
    }

    private int plainEnd() {
        return endOfPages(normalPages);
    }

    private void putZeroOffsets() {
        for (int i = 0; i < zeroPages; i++) {
            plain.putLong(MultifdPacketDescriptor.OFFSETS_OFFSET + (normalPages + i) * Long.BYTES, zeroOffsets[i]);
        }
        int used = MultifdPacketDescriptor.OFFSETS_OFFSET + (normalPages + zeroPages) * Long.BYTES;
        clear(used, headerBytes); // nothing of an earlier packet, nor of this process, leaves with this one
        plain.put(MultifdPacketDescriptor.NAME_OFFSET, name);
        clear(MultifdPacketDescriptor.NAME_OFFSET + name.length, MultifdPacketDescriptor.OFFSETS_OFFSET);
    }

    private void putHeader(long packetNumber, int flags, int payloadBytes) {
        plain.clear();
        plain.putInt(MultifdInitialDescriptor.MAGIC)
                .putInt(MultifdInitialDescriptor.VERSION)
                .putInt(flags)
                .putInt(pagesMax)
                .putInt(normalPages)
                .putInt(payloadBytes)
                .putLong(packetNumber)
                .putInt(zeroPages);
        clear(MultifdPacketDescriptor.RESERVED_OFFSET, MultifdPacketDescriptor.NAME_OFFSET);
    }

    private void clear(int from, int to) {
        for (int at = from; at < to; at++) {
            plain.put(at, (byte) 0);
        }
    }

    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
        }
    }
}
