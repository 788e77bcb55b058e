package org.ramtracker.stream;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.ramtracker.memory.PageSize;

/** The pages of a channel's compressed packets: one stream, of which each packet holds a piece. */
final class CompressedPages implements AutoCloseable {
    private final StreamInput input;
    private final PageDecompressor decompressor;
    private final int pageBytes;
    private final ByteBuffer compressed;
    private final ByteBuffer pages;
    private final MemorySegment pagesBytes;

    CompressedPages(StreamInput input, PageSize pageSize, ChannelCompression method) {
        int plainBytesMax = MultifdPacketDescriptor.pagesMax(pageSize) * pageSize.bytes();
        this.input = input;
        this.decompressor = PageDecompressor.of(method);
        this.pageBytes = pageSize.bytes();
        this.compressed = ByteBuffer.allocateDirect(PageCompressor.boundBytes(plainBytesMax));
        this.pages = ByteBuffer.allocateDirect(plainBytesMax + 1);
        this.pagesBytes = MemorySegment.ofBuffer(pages);
    }

    /** Reads a payload and decompresses it. With room for one byte more than the pages have, to see if there is one. */
    void read(int payloadBytes, int pageCount) throws IOException {
        if (payloadBytes <= 0 || payloadBytes > compressed.capacity()) {
            throw input.malformed("%s bytes of compressed payload for %d pages, not 1 to %d"
                    .formatted(Integer.toUnsignedString(payloadBytes), pageCount, compressed.capacity()));
        }
        input.read(compressed.clear().limit(payloadBytes), "compressed pages");
        int plainBytes = pageCount * pageBytes;
        pages.clear().limit(plainBytes + 1);
        try {
            decompressor.decompress(compressed.flip(), pages);
        } catch (PageDecompressor.BadDataException e) {
            throw input.malformed(e.why());
        }
        if (pages.position() != plainBytes) {
            throw input.malformed("the payload decompresses to %s bytes, not to %d pages of %d"
                    .formatted(
                            pages.position() > plainBytes ? "more than " + plainBytes : "only " + pages.position(),
                            pageCount,
                            pageBytes));
        }
    }

    void copyPage(int index, MemorySegment target, long targetOffsetBytes) {
        MemorySegment.copy(pagesBytes, (long) index * pageBytes, target, targetOffsetBytes, pageBytes);
    }

    @Override
    public void close() {
        decompressor.close();
    }
}
