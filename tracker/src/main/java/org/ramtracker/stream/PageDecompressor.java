package org.ramtracker.stream;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The decompressing end of a channel's stream of untrusted bytes. Threads: one at a time. Nothing allocates after
 * construction; all buffers are direct.
 */
abstract sealed class PageDecompressor implements AutoCloseable {
    /** The bytes are no such stream, in a clause. */
    static final class BadDataException extends Exception {
        private static final long serialVersionUID = 1L;

        /** What is wrong. */
        private final String why;

        BadDataException(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    static PageDecompressor of(ChannelCompression method) {
        return switch (method) {
            case ZLIB -> new Zlib();
            case ZSTD -> new Zstd();
            case NONE -> throw new IllegalArgumentException("no compression is no decompressor");
        };
    }

    /**
     * Decompresses the next piece of the stream.
     *
     * @param source the piece, consumed
     * @param target where to; what does not fit is left in the source or in the codec
     * @throws BadDataException if the bytes cannot be decompressed, or the stream ends
     */
    abstract void decompress(ByteBuffer source, ByteBuffer target) throws BadDataException;

    @Override
    public abstract void close();

    /** QEMU's zlib method. */
    static final class Zlib extends PageDecompressor {
        private final Inflater inflater = new Inflater();

        @Override
        void decompress(ByteBuffer source, ByteBuffer target) throws BadDataException {
            inflater.setInput(source);
            try {
                while (!inflater.needsInput() && target.hasRemaining()) {
                    if (inflater.inflate(target) == 0 && !inflater.needsInput()) {
                        throw new BadDataException("the deflate stream ends, or needs a dictionary");
                    }
                }
            } catch (DataFormatException e) {
                throw new BadDataException("damaged deflate data (" + e.getMessage() + ")");
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    /** QEMU's zstd method. The library refuses windows above 128 MiB, which bounds the memory. */
    static final class Zstd extends PageDecompressor {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        void decompress(ByteBuffer source, ByteBuffer target) throws BadDataException {
            try {
                while (source.hasRemaining() && target.hasRemaining()) {
                    context.decompressDirectByteBufferStream(target, source); // another frame may follow one that ends
                }
            } catch (ZstdException e) {
                throw new BadDataException("damaged zstd data (" + e.getMessage() + ")");
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
