package org.ramtracker.stream;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.ramtracker.memory.PageSize;

/**
 * The compressing end of a channel's stream. Threads: one at a time. Nothing allocates after construction.
 *
 * <p>All buffers are direct: the codecs are native code, and arrays would have to be pinned.
 */
abstract sealed class PageCompressor implements AutoCloseable {
    /** Beyond a thousandth for zlib and less for zstd: block heads, and what a flush adds. */
    private static final int OVERHEAD_BYTES = 64 << 10;

    private static final int OVERHEAD_SHIFT = 8;

    /** The most that compressing makes of so many bytes. */
    static int boundBytes(int plainBytes) {
        return plainBytes + (plainBytes >> OVERHEAD_SHIFT) + OVERHEAD_BYTES;
    }

    static PageCompressor of(ChannelCompression method, int level, PageSize pageSize) {
        return switch (method) {
            case ZLIB -> new Zlib(level);
            case ZSTD -> new Zstd(level, pageSize);
            case NONE -> throw new IllegalArgumentException("no compression is no compressor");
        };
    }

    /**
     * Compresses everything between the source's position and limit, and flushes, so that the other end can decompress all of
     * it.
     *
     * @throws BufferOverflowException if the target is smaller than {@link #boundBytes}; the stream is then of no more use
     */
    abstract void compress(ByteBuffer source, ByteBuffer target);

    /**
     * Puts everything between the source's position and limit into the stream as it is, which costs a copy: whoever decompresses
     * need not know that it was not compressed.
     *
     * @throws BufferOverflowException if the target is smaller than {@link #boundBytes}; the stream is then of no more use
     */
    abstract void store(ByteBuffer source, ByteBuffer target);

    @Override
    public abstract void close();

    /** QEMU's zlib method. */
    static final class Zlib extends PageCompressor {
        private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
        private final int level;
        private final Deflater deflater;

        Zlib(int level) {
            this.level = level;
            deflater = new Deflater(level);
        }

        @Override
        void compress(ByteBuffer source, ByteBuffer target) {
            deflate(level, source, target);
        }

        @Override
        void store(ByteBuffer source, ByteBuffer target) {
            deflate(Deflater.NO_COMPRESSION, source, target);
        }

        /** Input that is there when the level changes is still compressed at the level before: so there must be none. */
        private void deflate(int atLevel, ByteBuffer source, ByteBuffer target) {
            deflater.setLevel(atLevel);
            deflater.setInput(NOTHING);
            deflater.deflate(target, Deflater.SYNC_FLUSH);
            deflater.setInput(source);
            deflater.deflate(target, Deflater.SYNC_FLUSH);
            if (!target.hasRemaining()) { // there may be more
                throw new BufferOverflowException();
            }
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    /**
     * QEMU's zstd method: one frame, flushed at the end of each payload. What is stored are raw blocks (RFC 8878, 3.1.1.2) in the
     * same frame. The compressor knows nothing of them, so when it goes on the frame has to end, and another one to begin. QEMU's
     * destination decompresses page by page, and takes the end of a frame for the end of a page: the first page is therefore stored
     * as well, and its last block is the frame's.
     */
    static final class Zstd extends PageCompressor {
        /** Magic number, no checksum nor length, a window of 128 KiB: RFC 8878, 3.1.1.1. */
        private static final byte[] FRAME_HEADER = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x00, 7 << 3};

        private static final int RAW_BLOCK_BYTES_MAX = 128 << 10;
        private static final int BLOCK_SIZE_SHIFT = 3;

        private final ZstdCompressCtx context = new ZstdCompressCtx();
        private final int level;
        private final int pageBytes;
        private boolean inFrame;
        private boolean stored;

        Zstd(int level, PageSize pageSize) {
            this.level = level;
            this.pageBytes = pageSize.bytes();
            context.setLevel(level);
        }

        @Override
        void store(ByteBuffer source, ByteBuffer target) {
            if (!inFrame) {
                target.put(FRAME_HEADER);
                inFrame = true;
            }
            stored = true;
            while (source.hasRemaining()) {
                putRawBlock(source, Math.min(source.remaining(), RAW_BLOCK_BYTES_MAX), false, target);
            }
        }

        private static void putRawBlock(ByteBuffer source, int bytes, boolean isLast, ByteBuffer target) {
            int header = bytes << BLOCK_SIZE_SHIFT | (isLast ? 1 : 0);
            target.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
            target.put(target.position(), source, source.position(), bytes);
            target.position(target.position() + bytes);
            source.position(source.position() + bytes);
        }

        @Override
        void compress(ByteBuffer source, ByteBuffer target) {
            if (stored) {
                endFrame(source, target);
            }
            if (source.hasRemaining()) {
                compressAndFlush(source, target);
            }
        }

        private void endFrame(ByteBuffer source, ByteBuffer target) {
            for (int left = pageBytes; left > 0; left -= RAW_BLOCK_BYTES_MAX) {
                putRawBlock(source, Math.min(left, RAW_BLOCK_BYTES_MAX), left <= RAW_BLOCK_BYTES_MAX, target);
            }
            inFrame = false;
            stored = false;
            context.reset();
            context.setLevel(level);
        }

        private void compressAndFlush(ByteBuffer source, ByteBuffer target) {
            inFrame = true;
            boolean flushed = false;
            while (!flushed) {
                if (!target.hasRemaining()) {
                    throw new BufferOverflowException();
                }
                flushed = context.compressDirectByteBufferStream(target, source, EndDirective.FLUSH);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
