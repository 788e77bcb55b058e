package org.ramtracker.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** What lies behind the last whole entry of a trace: zeros that the file grew by in advance, and maybe a torn entry. */
final class UncommittedTail {
    private static final int BUFFER_BYTES = 1 << 16;

    private UncommittedTail() {}

    /** Bytes from the committed end to the last byte that is not zero. */
    static long lengthBytes(FileChannel channel, long committedBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long endBytes = committedBytes;
        long position = committedBytes;
        while (channel.read(buffer.clear(), position) > 0) {
            for (int i = buffer.position() - 1; i >= 0; i--) {
                if (buffer.get(i) != 0) {
                    endBytes = position + i + 1;
                    break;
                }
            }
            position += buffer.position();
        }
        return endBytes - committedBytes;
    }
}
