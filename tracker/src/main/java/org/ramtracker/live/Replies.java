package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.ramtracker.stream.ReturnPathDescriptor;

/** The destination's voice. It is mute until the source has opened the return path, and for good if there is none. */
final class Replies {
    private final @Nullable WritableByteChannel channel;
    private boolean isOpen;

    /**
     * A voice.
     *
     * @param channel in blocking mode, or null for a stream in one direction
     */
    Replies(@Nullable WritableByteChannel channel) {
        this.channel = channel;
    }

    /** The source listens. */
    void open() {
        isOpen = channel != null;
    }

    boolean isOpen() {
        return isOpen;
    }

    void pong(int value) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(ReturnPathDescriptor.INT_MESSAGE_LENGTH_BYTES);
        ReturnPathDescriptor.putIntMessage(message, ReturnPathDescriptor.PONG, value);
        send(message);
    }

    /** Everything was loaded. */
    void shutLoaded() throws IOException {
        ByteBuffer message = ByteBuffer.allocate(ReturnPathDescriptor.INT_MESSAGE_LENGTH_BYTES);
        ReturnPathDescriptor.putIntMessage(message, ReturnPathDescriptor.SHUT, Protocol.SHUT_LOADED);
        send(message);
    }

    /** It failed, for a reason. */
    void shutFailed(String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int textBytes = Math.min(text.length, ReturnPath.PAYLOAD_BYTES_MAX - Integer.BYTES);
        int payloadBytes = Integer.BYTES + textBytes;
        send(ByteBuffer.allocate(ReturnPathDescriptor.HEADER_LENGTH_BYTES + payloadBytes)
                .putShort((short) ReturnPathDescriptor.SHUT)
                .putShort((short) payloadBytes)
                .putInt(Protocol.SHUT_FAILED)
                .put(text, 0, textBytes));
    }

    private void send(ByteBuffer message) throws IOException {
        message.flip();
        while (isOpen && channel != null && message.hasRemaining()) {
            channel.write(message);
        }
    }
}
