package org.ramtracker.stream;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

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

    static PageCompressor of(ChannelCompression method, int level) {
        return switch (method) {
            case ZLIB -> new Zlib(level);
            case ZSTD -> new Zstd(level);
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

    @Override
    public abstract void close();

    /** QEMU's zlib method. */
    static final class Zlib extends PageCompressor {
        private final Deflater deflater;

        Zlib(int level) {
            deflater = new Deflater(level);
        }

        @Override
        void compress(ByteBuffer source, ByteBuffer target) {
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

    /** QEMU's zstd method. */
    static final class Zstd extends PageCompressor {
        private final ZstdCompressCtx context;

        Zstd(int level) {
            context = new ZstdCompressCtx();
            context.setLevel(level);
        }

        @Override
        void compress(ByteBuffer source, ByteBuffer target) {
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
