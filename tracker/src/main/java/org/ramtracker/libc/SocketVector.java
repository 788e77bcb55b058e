package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Pieces of memory that a socket sends from, or receives into, by one call: what {@code sendmsg} and {@code recvmsg} take.
 *
 * <pre>
 *   struct msghdr  | name, length | iov | iovlen | control, length | flags |      (linux/socket.h)
 *   struct iovec   | base | len |  | base | len |  ...
 * </pre>
 *
 * <p>What a call moved is taken off the front, so that the rest can be moved by the next one.
 *
 * <p>The kernel gets addresses: whoever adds a piece keeps its memory open until it was moved, or the vector is begun again.
 *
 * <p>Threads: one at a time. Nothing allocates after construction.
 */
public final class SocketVector {
    /** {@code UIO_MAXIOV} ({@code linux/uio.h}). */
    private static final int PIECES_MAX = 1024;

    private static final int PIECE_BYTES = 16;
    private static final int LENGTH_OFFSET = 8;
    private static final int MESSAGE_BYTES = 56;
    private static final int MESSAGE_PIECES_OFFSET = 16;
    private static final int MESSAGE_COUNT_OFFSET = 24;

    private final int piecesMax;
    private final MemorySegment pieces;
    private final MemorySegment message;
    private int first;
    private int end;
    private long remainingBytes;

    /**
     * An empty vector.
     *
     * @param piecesMax room for so many pieces, at least 1 and at most 1024
     * @throws IllegalArgumentException if the kernel would not take so many
     */
    public SocketVector(int piecesMax) {
        if (piecesMax < 1 || piecesMax > PIECES_MAX) {
            throw new IllegalArgumentException("%d pieces, the kernel takes 1 to %d".formatted(piecesMax, PIECES_MAX));
        }
        this.piecesMax = piecesMax;
        this.pieces = Arena.ofAuto().allocate((long) piecesMax * PIECE_BYTES, Long.BYTES);
        this.message = Arena.ofAuto().allocate(MESSAGE_BYTES, Long.BYTES);
    }

    /** Forgets all pieces. */
    public void begin() {
        first = 0;
        end = 0;
        remainingBytes = 0;
    }

    /**
     * Adds a piece behind the others.
     *
     * @param memory native memory
     * @param offsetBytes where in it the piece begins
     * @param lengthBytes its length, positive
     * @throws IllegalArgumentException if the memory is on the heap, where the kernel would look for it at address 0
     * @throws IndexOutOfBoundsException if the piece does not lie in the memory, or there is no room for it
     */
    public void add(MemorySegment memory, long offsetBytes, long lengthBytes) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("a piece of memory on the heap");
        }
        if (offsetBytes < 0 || lengthBytes <= 0 || lengthBytes > memory.byteSize() - offsetBytes || end == piecesMax) {
            throw new IndexOutOfBoundsException("piece %d of %d: offset 0x%x, length 0x%x in memory of 0x%x bytes"
                    .formatted(end, piecesMax, offsetBytes, lengthBytes, memory.byteSize()));
        }
        pieces.set(JAVA_LONG, (long) end * PIECE_BYTES, memory.address() + offsetBytes);
        pieces.set(JAVA_LONG, (long) end * PIECE_BYTES + LENGTH_OFFSET, lengthBytes);
        end++;
        remainingBytes += lengthBytes;
    }

    /**
     * What is left to be moved.
     *
     * @return bytes
     */
    public long remainingBytes() {
        return remainingBytes;
    }

    /** The structure that names what is left. */
    MemorySegment message() {
        message.set(JAVA_LONG, MESSAGE_PIECES_OFFSET, pieces.address() + (long) first * PIECE_BYTES);
        message.set(JAVA_LONG, MESSAGE_COUNT_OFFSET, end - first);
        return message;
    }

    /** Takes so many bytes off the front. */
    void moved(long bytes) {
        remainingBytes -= bytes;
        long left = bytes;
        while (left > 0) {
            long at = (long) first * PIECE_BYTES;
            long length = pieces.get(JAVA_LONG, at + LENGTH_OFFSET);
            if (left < length) {
                pieces.set(JAVA_LONG, at, pieces.get(JAVA_LONG, at) + left);
                pieces.set(JAVA_LONG, at + LENGTH_OFFSET, length - left);
                return;
            }
            left -= length;
            first++;
        }
    }
}
