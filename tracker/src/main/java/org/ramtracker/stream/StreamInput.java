package org.ramtracker.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Untrusted bytes, read through a bounded buffer, and the place in the stream that errors name. It asks the channel for more
 * only when the buffer does not hold what is needed, so that a socket never blocks for bytes that nobody waits for.
 */
final class StreamInput {
    /** Holds the longest XBZRLE delta (be16) and its head with room to spare. */
    private static final int BUFFER_BYTES = 256 << 10;

    private final ReadableByteChannel channel;
    private final @Nullable ScatteringInput scattering;
    private final String sourceName;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.BIG_ENDIAN);
    private final MemorySegment bytes = MemorySegment.ofBuffer(buffer);

    /** Offset in the stream of the buffer's first byte. */
    private long bufferOffsetBytes;

    private long elementOffsetBytes;
    private @Nullable SectionHeader section;
    private @Nullable String blockName;
    private long pageOffsetBytes = -1;
    private int channelId = -1;
    private long packetIndex = -1;

    StreamInput(ReadableByteChannel channel, String sourceName) {
        this.channel = channel;
        this.scattering = channel instanceof ScatteringInput pieces ? pieces : null;
        this.sourceName = sourceName;
        buffer.limit(0);
    }

    long offsetBytes() {
        return bufferOffsetBytes + buffer.position();
    }

    void enterSection(@Nullable SectionHeader header) {
        section = header;
        leavePage();
    }

    /** Marks which packet of a page channel is read, counted from 0; the channel is -1 while it is not known. */
    void enterPacket(int channel, long index) {
        channelId = channel;
        packetIndex = index;
        leavePage();
    }

    void leavePage() {
        blockName = null;
        pageOffsetBytes = -1;
    }

    void enterBlock(String idstr) {
        blockName = idstr;
    }

    void enterPage(long offsetBytes) {
        pageOffsetBytes = offsetBytes;
    }

    /** Marks where the element begins that the next error is about. */
    void beginElement() {
        elementOffsetBytes = offsetBytes();
    }

    long elementOffsetBytes() {
        return elementOffsetBytes;
    }

    /** How much has been read of the element that began last. */
    int elementBytes() {
        return (int) (offsetBytes() - elementOffsetBytes);
    }

    int u8(String what) throws IOException {
        require(1, what);
        return Byte.toUnsignedInt(buffer.get());
    }

    int be16(String what) throws IOException {
        require(Short.BYTES, what);
        return Short.toUnsignedInt(buffer.getShort());
    }

    int be32(String what) throws IOException {
        require(Integer.BYTES, what);
        return buffer.getInt();
    }

    long be64(String what) throws IOException {
        require(Long.BYTES, what);
        return buffer.getLong();
    }

    /** The next byte, which stays unread; -1 at the end of the input. */
    int peek() throws IOException {
        return buffer.hasRemaining() || fill(1) ? Byte.toUnsignedInt(buffer.get(buffer.position())) : -1;
    }

    /** The next eight bytes, which stay unread. */
    long peekBe64(String what) throws IOException {
        require(Long.BYTES, what);
        return buffer.getLong(buffer.position());
    }

    String name(String what) throws IOException {
        return text(nameLength(what), what);
    }

    String text(int lengthBytes, String what) throws IOException {
        byte[] raw = new byte[lengthBytes];
        read(ByteBuffer.wrap(raw), what);
        try {
            return Names.decode(raw);
        } catch (CharacterCodingException e) {
            throw malformed(what + " is not UTF-8");
        }
    }

    /** Reads the length byte of a name, whose bytes are then buffered. */
    int nameLength(String what) throws IOException {
        int lengthBytes = u8(what);
        if (lengthBytes == 0) {
            throw malformed(what + " is empty");
        }
        require(lengthBytes, what);
        return lengthBytes;
    }

    /** Whether the next bytes are exactly these; consumes them if so. The bytes are present. */
    boolean consumeIfEqual(byte[] expected) {
        long at = buffer.position();
        for (int i = 0; i < expected.length; i++) {
            if (buffer.get((int) at + i) != expected[i]) {
                return false;
            }
        }
        buffer.position(buffer.position() + expected.length);
        return true;
    }

    /** Copies bytes to memory, however many. */
    void readTo(MemorySegment target, long targetOffsetBytes, long lengthBytes, String what) throws IOException {
        long done = 0;
        while (done < lengthBytes) {
            requireSome(lengthBytes - done, what);
            int now = (int) Math.min(buffer.remaining(), lengthBytes - done);
            MemorySegment.copy(bytes, buffer.position(), target, targetOffsetBytes + done, now);
            buffer.position(buffer.position() + now);
            done += now;
        }
    }

    /** Reads bytes into a buffer, straight from the channel if nothing is buffered and the target is not on the heap. */
    void read(ByteBuffer target, String what) throws IOException {
        while (target.hasRemaining()) {
            if (target.isDirect() && !buffer.hasRemaining()) {
                readStraight(target, what);
                continue;
            }
            requireSome(target.remaining(), what);
            int now = Math.min(buffer.remaining(), target.remaining());
            target.put(target.position(), buffer, buffer.position(), now);
            target.position(target.position() + now);
            buffer.position(buffer.position() + now);
        }
    }

    private void readStraight(ByteBuffer target, String what) throws IOException {
        int read = readSome(target);
        if (read < 0) {
            throw truncated(target.remaining(), what);
        }
        bufferOffsetBytes += read;
    }

    /** Begins to fill pieces of memory with the bytes that come next; null if they are buffered, or have to be read one by one. */
    @Nullable
    ScatteringInput beginPieces() {
        if (scattering == null || !scattering.scatters() || buffer.hasRemaining()) {
            return null;
        }
        scattering.begin();
        return scattering;
    }

    /** The last piece: bytes behind those that are waited for are buffered, as far as they have come already. */
    void addBehind(ScatteringInput pieces, int lengthBytesMax) {
        bufferOffsetBytes += buffer.position();
        buffer.clear().limit(0);
        pieces.add(bytes, 0, lengthBytesMax);
    }

    /** Fills pieces with some of so many bytes; how many are behind them is known once more have come. */
    long fillPieces(ScatteringInput pieces, long wantedBytes, String what) throws IOException {
        long filled = pieces.fill();
        if (filled < 0) {
            throw truncated(wantedBytes, what);
        }
        int behindBytes = (int) Math.max(0, filled - wantedBytes);
        bufferOffsetBytes += filled - behindBytes;
        buffer.limit(behindBytes);
        return filled;
    }

    private int readSome(ByteBuffer target) throws IOException {
        int read = channel.read(target);
        if (read == 0) {
            throw new IOException(sourceName + ": the channel gave no bytes; it must be in blocking mode");
        }
        return read;
    }

    /**
     * Buffers bytes up to so many and none beyond them, so that those which follow can be read straight to where they belong.
     * Fewer are there afterwards only if the input ends before.
     */
    void prefetch(int lengthBytes) throws IOException {
        if (buffer.remaining() < lengthBytes) {
            fill(lengthBytes, lengthBytes);
        }
    }

    void skip(long lengthBytes, String what) throws IOException {
        long left = lengthBytes;
        while (left > 0) {
            requireSome(left, what);
            int now = (int) Math.min(buffer.remaining(), left);
            buffer.position(buffer.position() + now);
            left -= now;
        }
    }

    /** Makes at least {@code lengthBytes} bytes available in one piece; at most the size of the buffer. */
    void require(int lengthBytes, String what) throws IOException {
        if (buffer.remaining() < lengthBytes && !fill(lengthBytes)) {
            throw truncated(lengthBytes, what);
        }
    }

    private void requireSome(long wantedBytes, String what) throws IOException {
        if (!buffer.hasRemaining() && !fill(1)) {
            throw truncated(wantedBytes, what);
        }
    }

    /** The buffered bytes as memory; those of the next element begin at {@link #bufferedAt}. */
    MemorySegment buffered() {
        return bytes;
    }

    long bufferedAt() {
        return buffer.position();
    }

    void consume(int lengthBytes) {
        buffer.position(buffer.position() + lengthBytes);
    }

    private boolean fill(int lengthBytes) throws IOException {
        return fill(lengthBytes, BUFFER_BYTES);
    }

    private boolean fill(int lengthBytes, int lengthBytesMax) throws IOException {
        bufferOffsetBytes += buffer.position();
        buffer.compact().limit(lengthBytesMax);
        int read = 0;
        while (buffer.position() < lengthBytes && read >= 0) {
            read = readSome(buffer);
        }
        buffer.flip();
        return buffer.limit() >= lengthBytes;
    }

    private StreamFormatException truncated(long wantedBytes, String what) {
        long endBytes = bufferOffsetBytes + buffer.limit();
        return failure(
                endBytes,
                "truncated: the input ends at byte %d where %s was expected (%d bytes, %d present)"
                        .formatted(endBytes, what, wantedBytes, buffer.remaining()));
    }

    /** An error about the element that began last. */
    StreamFormatException malformed(String why) {
        return failure(elementOffsetBytes, why);
    }

    private StreamFormatException failure(long offsetBytes, String why) {
        StringBuilder message =
                new StringBuilder(sourceName).append(": at byte ").append(offsetBytes);
        message.append(" (0x").append(Long.toHexString(offsetBytes)).append(')');
        if (section != null) {
            message.append(", section ").append(section);
        }
        if (packetIndex >= 0) {
            message.append(", channel ").append(channelId).append(", packet ").append(packetIndex);
        }
        if (blockName != null) {
            message.append(", block ").append(Names.printable(blockName));
        }
        if (pageOffsetBytes >= 0) {
            message.append(", page at offset 0x").append(Long.toHexString(pageOffsetBytes));
        }
        return new StreamFormatException(message.append(": ").append(why).toString(), offsetBytes);
    }
}
