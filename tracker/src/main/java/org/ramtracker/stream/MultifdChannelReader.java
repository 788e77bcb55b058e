package org.ramtracker.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.MemoryWindows;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/**
 * Loads the pages of one channel of untrusted bytes, packet by packet.
 *
 * <pre>
 *   readInitial { readPacket* = PAGES readPacket = SYNC (wait for the main stream) } readPacket = END
 * </pre>
 *
 * <p>It takes the packets of every QEMU since 7.2: with the zero pages in the packets or in the main stream, SYNC in a packet
 * of its own or with pages, and left-overs of earlier packets in those without pages. A channel has no two methods.
 *
 * <p>Pages in a SYNC packet count as before the synchronisation point. After {@link #SYNC} the caller reads on only when the
 * main stream has reached the same point.
 *
 * <p>Errors: {@link StreamFormatException}, which names channel, packet and byte offset. Every length and offset is checked
 * before use, and buffers are bounded whatever the stream says. Threads: one at a time. Nothing allocates on the pages' path.
 */
public final class MultifdChannelReader implements AutoCloseable {
    /** The channel ends where a packet could begin. */
    public static final int END = -1;

    /** A packet was loaded. */
    public static final int PAGES = 0;

    /** A packet was loaded, and with it the channel has reached a synchronisation point. */
    public static final int SYNC = 1;

    /** For less a system call of its own costs more than the copy that it saves. */
    private static final int STRAIGHT_BYTES_MIN = 32 << 10;

    private final StreamInput input;
    private final MultifdHandler handler;
    private final PageSize pageSize;
    private final int headerBytes;
    private final MemoryWindows windows = new MemoryWindows();
    private final MultifdPacketHead head;
    private final MemoryKernels kernels = Kernels.chosen();
    private @Nullable CompressedPages compressedPages;

    /** Of the first packet with normal pages; the others say nothing of it. */
    private @Nullable ChannelCompression method;

    private int channelId = -1;
    private long packets;

    /**
     * Who sends on a channel.
     *
     * @param uuid of the guest, all zero if it has none
     * @param channelId the channel's number
     */
    public record Greeting(UUID uuid, int channelId) {}

    /**
     * A reader at the beginning of a channel.
     *
     * @param channel where the bytes come from, in blocking mode; it is not closed
     * @param sourceName what errors call it
     * @param pageSize the guest's page size, which the main stream tells
     * @param handler knows the blocks
     */
    public MultifdChannelReader(
            ReadableByteChannel channel, String sourceName, PageSize pageSize, MultifdHandler handler) {
        this.input = new StreamInput(channel, sourceName);
        this.handler = handler;
        this.pageSize = pageSize;
        this.headerBytes = MultifdPacketDescriptor.headerBytes(pageSize);
        this.head = new MultifdPacketHead(input, handler, pageSize);
    }

    /**
     * Reads the packet with which a channel begins.
     *
     * @return who sends
     * @throws IOException if it is none, or the channel fails
     */
    public Greeting readInitial() throws IOException {
        input.beginElement();
        // Not a byte more: what is buffered cannot be scattered, nor can what follows it while runs are short.
        input.prefetch(MultifdInitialDescriptor.LENGTH_BYTES);
        int magic = input.be32("the magic of a page channel");
        int version = input.be32("the version of a page channel");
        if (magic != MultifdInitialDescriptor.MAGIC || version != MultifdInitialDescriptor.VERSION) {
            throw input.malformed("not a page channel: begins with 0x%08x, version %s, not with 0x%08x, version %d"
                    .formatted(
                            magic,
                            Integer.toUnsignedString(version),
                            MultifdInitialDescriptor.MAGIC,
                            MultifdInitialDescriptor.VERSION));
        }
        String what = "the first packet of a page channel";
        UUID uuid = new UUID(input.be64(what), input.be64(what));
        channelId = input.u8(what);
        input.skip(MultifdInitialDescriptor.LENGTH_BYTES - MultifdInitialDescriptor.ID_OFFSET - 1, what);
        return new Greeting(uuid, channelId);
    }

    /**
     * Reads a packet and loads its pages.
     *
     * @return {@link #PAGES}, {@link #SYNC} or {@link #END}
     * @throws IOException if the bytes are no packet, or channel or handler fail
     */
    public int readPacket() throws IOException {
        input.enterPacket(channelId, packets);
        input.beginElement();
        input.prefetch(headerBytes);
        if (input.peek() < 0) {
            return END;
        }
        try {
            head.read();
            loadNormalPages();
            loadZeroPages();
        } catch (RefusedException e) {
            throw input.malformed(e.why());
        }
        packets++;
        return head.isSync() ? SYNC : PAGES;
    }

    private void loadNormalPages() throws IOException {
        if (head.normalPages() == 0) {
            return;
        }
        requireOneMethod();
        if (head.method() == ChannelCompression.NONE) {
            loadPlainPages();
        } else {
            loadCompressedPages();
        }
    }

    private void loadPlainPages() throws IOException {
        RamBlock block = head.block();
        int pageBytes = pageSize.bytes();
        if (head.payloadBytes() != head.normalPages() * pageBytes) {
            throw input.malformed("%s bytes of payload for %d pages of %d bytes"
                    .formatted(Integer.toUnsignedString(head.payloadBytes()), head.normalPages(), pageBytes));
        }
        ScatteringInput pieces = input.beginPieces();
        if (pieces != null) {
            loadPieces(pieces, block);
            return;
        }
        int end;
        for (int i = 0; i < head.normalPages(); i = end) {
            end = head.endOfRun(i, head.normalPages());
            loadRun(block, head.offsetBytes(i), (long) (end - i) * pageBytes);
        }
    }

    /** All runs by as few calls as they come in, and what has come of the next header with them. */
    private void loadPieces(ScatteringInput pieces, RamBlock block) throws IOException {
        int pageBytes = pageSize.bytes();
        int end;
        for (int i = 0; i < head.normalPages(); i = end) {
            end = head.endOfRun(i, head.normalPages());
            long lengthBytes = (long) (end - i) * pageBytes;
            handler.pagesArrive(block, head.offsetBytes(i), lengthBytes);
            pieces.add(block.segment(), head.offsetBytes(i), lengthBytes);
        }
        input.addBehind(pieces, headerBytes);
        long done = 0;
        while (done < head.payloadBytes()) {
            input.enterPage(head.offsetBytes((int) (done / pageBytes)));
            done += input.fillPieces(pieces, head.payloadBytes() - done, "a page");
        }
        for (int i = 0; i < head.normalPages(); i++) {
            handler.pageLoaded(block, head.offsetBytes(i), PageKind.NORMAL, Long.BYTES + pageBytes);
        }
    }

    /** Pages that follow each other in the block do so in the payload as well. */
    private void loadRun(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        handler.pagesArrive(block, offsetBytes, lengthBytes);
        input.enterPage(offsetBytes);
        if (lengthBytes < STRAIGHT_BYTES_MIN) {
            input.readTo(block.segment(), offsetBytes, lengthBytes, "a page");
        } else {
            loadStraight(block, offsetBytes, lengthBytes);
        }
        for (long done = 0; done < lengthBytes; done += pageSize.bytes()) {
            handler.pageLoaded(block, offsetBytes + done, PageKind.NORMAL, Long.BYTES + pageSize.bytes());
        }
    }

    private void loadStraight(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        long done = 0;
        while (done < lengthBytes) {
            ByteBuffer window = windows.window(block, offsetBytes + done, lengthBytes - done);
            done += window.remaining();
            input.read(window, "a page");
        }
    }

    private void loadCompressedPages() throws IOException {
        CompressedPages pages = compressedPages();
        pages.read(head.payloadBytes(), head.normalPages());
        RamBlock block = head.block();
        int wireBytes = Long.BYTES + head.payloadBytes() / head.normalPages();
        for (int i = 0; i < head.normalPages(); i++) {
            handler.pagesArrive(block, head.offsetBytes(i), pageSize.bytes());
            pages.copyPage(i, block.segment(), head.offsetBytes(i));
            handler.pageLoaded(block, head.offsetBytes(i), PageKind.NORMAL, wireBytes);
        }
    }

    private CompressedPages compressedPages() throws IOException {
        if (compressedPages == null) {
            compressedPages = new CompressedPages(input, pageSize, head.method());
        }
        return compressedPages;
    }

    private void requireOneMethod() throws StreamFormatException {
        if (method == null) {
            method = head.method();
        } else if (method != head.method()) {
            throw input.malformed("compression %s, on a channel that began with %s".formatted(head.method(), method));
        }
    }

    private void loadZeroPages() throws IOException {
        if (head.zeroPages() == 0) {
            return;
        }
        MemorySegment segment = head.block().segment();
        for (int i = 0; i < head.zeroPages(); i++) {
            long offsetBytes = head.offsetBytes(head.normalPages() + i);
            if (!handler.isStillZero(head.block(), offsetBytes)) {
                PageFiller.fill(kernels, segment, offsetBytes, pageSize.bytes(), 0);
            }
            handler.pageLoaded(head.block(), offsetBytes, PageKind.DUPLICATE, Long.BYTES);
        }
    }

    /**
     * The channel's number.
     *
     * @return what {@link #readInitial} read
     */
    public int channelId() {
        return channelId;
    }

    /**
     * How many packets were read, the initial one not among them.
     *
     * @return packets
     */
    public long packets() {
        return packets;
    }

    /**
     * The number of the packet that was read last.
     *
     * @return a running number over all channels
     */
    public long packetNumber() {
        return head.packetNumber();
    }

    /**
     * Pages of the packet read last that came whole.
     *
     * @return pages
     */
    public int normalPages() {
        return head.normalPages();
    }

    /**
     * Pages of the packet read last that came as their offset.
     *
     * @return pages
     */
    public int zeroPages() {
        return head.zeroPages();
    }

    /**
     * How the packets were compressed so far.
     *
     * @return the method of the first packet that had one, none before
     */
    public ChannelCompression compression() {
        return method == null ? ChannelCompression.NONE : method;
    }

    /**
     * How much of the channel has been read.
     *
     * @return offset of the next byte
     */
    public long offsetBytes() {
        return input.offsetBytes();
    }

    /** Releases the decompressor. */
    @Override
    public void close() {
        if (compressedPages != null) {
            compressedPages.close();
        }
    }
}
