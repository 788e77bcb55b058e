package org.ramtracker.stream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/** Bytes that come in pieces of any length, as those of a socket do, into as many places at a time. */
final class ScatteredBytes implements ScatteringInput {
    private static final int FILLED_MAX = 20_000;

    private final ByteBuffer bytes;
    private final RandomGenerator random;
    private final Deque<MemorySegment> pieces = new ArrayDeque<>();

    ScatteredBytes(byte[] bytes, RandomGenerator random) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.random = random;
    }

    @Override
    public boolean scatters() {
        return true;
    }

    @Override
    public void begin() {
        pieces.clear();
    }

    @Override
    public void add(MemorySegment memory, long offsetBytes, long lengthBytes) {
        pieces.add(memory.asSlice(offsetBytes, lengthBytes));
    }

    @Override
    public long fill() {
        int wanted = Math.min(1 + random.nextInt(FILLED_MAX), bytes.remaining());
        int filled = 0;
        while (filled < wanted && !pieces.isEmpty()) {
            MemorySegment piece = pieces.remove();
            int now = (int) Math.min(piece.byteSize(), wanted - filled);
            MemorySegment.copy(MemorySegment.ofArray(bytes.array()), bytes.position(), piece, 0, now);
            bytes.position(bytes.position() + now);
            filled += now;
            if (now < piece.byteSize()) {
                pieces.addFirst(piece.asSlice(now));
            }
        }
        return filled == 0 ? -1 : filled;
    }

    @Override
    public int read(ByteBuffer target) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int length = Math.min(Math.min(target.remaining(), bytes.remaining()), 1 + random.nextInt(FILLED_MAX));
        target.put(target.position(), bytes, bytes.position(), length);
        target.position(target.position() + length);
        bytes.position(bytes.position() + length);
        return length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
