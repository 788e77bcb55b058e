package org.ramtracker.stream;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The body of a device section while a {@link RamStreamHandler} reads it. The stream does not say where a body ends: the
 * handler consumes exactly what the device wrote, and the footer after it is the proof.
 *
 * <p>Every method throws {@link StreamFormatException} at the end of the input. Threads: the reader's only, during
 * {@link RamStreamHandler#deviceSection}.
 */
public final class SectionBody {
    private static final String WHAT = "device state";
    private final StreamInput input;

    SectionBody(StreamInput input) {
        this.input = input;
    }

    /**
     * Where reading stands.
     *
     * @return offset in the stream of the next byte
     */
    public long offsetBytes() {
        return input.offsetBytes();
    }

    /**
     * Reads a byte.
     *
     * @return 0 to 255
     * @throws IOException if the input ends or fails
     */
    public int u8() throws IOException {
        return input.u8(WHAT);
    }

    /**
     * Reads 16 bits.
     *
     * @return 0 to 65535
     * @throws IOException if the input ends or fails
     */
    public int be16() throws IOException {
        return input.be16(WHAT);
    }

    /**
     * Reads 32 bits.
     *
     * @return the value, to be taken as unsigned
     * @throws IOException if the input ends or fails
     */
    public int be32() throws IOException {
        return input.be32(WHAT);
    }

    /**
     * Reads 64 bits.
     *
     * @return the value, to be taken as unsigned
     * @throws IOException if the input ends or fails
     */
    public long be64() throws IOException {
        return input.be64(WHAT);
    }

    /**
     * Fills a buffer.
     *
     * @param target filled from its position to its limit
     * @throws IOException if the input ends or fails
     */
    public void read(ByteBuffer target) throws IOException {
        input.read(target, WHAT);
    }

    /**
     * Drops bytes.
     *
     * @param lengthBytes how many
     * @throws IOException if the input ends or fails
     */
    public void skip(long lengthBytes) throws IOException {
        input.skip(lengthBytes, WHAT);
    }
}
