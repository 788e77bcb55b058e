package org.ramtracker.bench;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Moves memory over a socket and does nothing else: the limit of every transfer. */
final class RawSocket {
    private RawSocket() {}

    static void send(SocketChannel socket, MemorySegment memory, Fill fill) throws IOException {
        for (long at = 0; at < memory.byteSize(); at += Fill.CHUNK_BYTES) {
            if (!fill.isZero(at)) {
                ByteBuffer chunk = memory.asSlice(at, Fill.CHUNK_BYTES).asByteBuffer();
                while (chunk.hasRemaining()) {
                    socket.write(chunk);
                }
            }
        }
    }

    /** What even a transfer of nothing has to do: look at the zero pages. */
    static long readZeros(MemorySegment memory, Fill fill) {
        long seen = 0;
        for (long at = 0; at < memory.byteSize(); at += Fill.CHUNK_BYTES) {
            if (fill.isZero(at)) {
                seen |= PlainRead.read(memory, at, at + Fill.CHUNK_BYTES);
            }
        }
        return seen;
    }

    static void receive(SocketChannel socket, MemorySegment memory, Fill fill) throws IOException {
        for (long at = 0; at < memory.byteSize(); at += Fill.CHUNK_BYTES) {
            if (!fill.isZero(at)) {
                read(socket, memory.asSlice(at, Fill.CHUNK_BYTES).asByteBuffer());
            }
        }
    }

    private static void read(SocketChannel socket, ByteBuffer chunk) throws IOException {
        while (chunk.hasRemaining()) {
            if (socket.read(chunk) < 0) {
                throw new EOFException("the raw socket ended early");
            }
        }
    }
}
