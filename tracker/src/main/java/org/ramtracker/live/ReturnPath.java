package org.ramtracker.live;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.ramtracker.stream.ReturnPathDescriptor;

/**
 * The source's ear: takes the destination's messages as they come, a few bytes at a time if need be, and knows which may
 * come when. The peer is not trusted: each message may come once, so that a flood of them ends in an error.
 *
 * <p>Threads: single-threaded. Nothing allocates unless the peer fails.
 */
final class ReturnPath {
    /** Longest payload: the value of SHUT and a reason. */
    static final int PAYLOAD_BYTES_MAX = 1024;

    private final ReadableByteChannel channel;
    private final Milestones milestones;
    private final ByteBuffer messages =
            ByteBuffer.allocateDirect(ReturnPathDescriptor.HEADER_LENGTH_BYTES + PAYLOAD_BYTES_MAX);
    private long receivedBytes;
    private boolean confirmationExpected;
    private boolean confirmed;

    /**
     * An ear.
     *
     * @param channel where messages come from, non-blocking
     * @param milestones what else PONGs may answer besides the opening PING
     */
    ReturnPath(ReadableByteChannel channel, Milestones milestones) {
        this.channel = channel;
        this.milestones = milestones;
    }

    /** From now on the destination may say that it loaded everything. */
    void expectConfirmation() {
        confirmationExpected = true;
    }

    /** Whether the destination said that it loaded everything. */
    boolean isConfirmed() {
        return confirmed;
    }

    /**
     * Takes what has come, without waiting.
     *
     * @throws IOException if the destination ended, refused, or said what it must not say now
     */
    void poll() throws IOException {
        int read = channel.read(messages);
        while (read > 0) {
            receivedBytes += read;
            takeMessages();
            read = channel.read(messages);
        }
        if (read < 0) {
            throw new EOFException("the destination closed the connection "
                    + (confirmed ? "after it had loaded everything" : "without a reason"));
        }
    }

    private void takeMessages() throws IOException {
        int at = 0;
        int end = messages.position();
        while (end - at >= ReturnPathDescriptor.HEADER_LENGTH_BYTES) {
            int payloadBytes = ReturnPathDescriptor.payloadBytes(messages, at);
            checkFrame(ReturnPathDescriptor.type(messages, at), payloadBytes);
            int next = at + ReturnPathDescriptor.HEADER_LENGTH_BYTES + payloadBytes;
            if (next > end) {
                break;
            }
            takeMessage(at, next);
            at = next;
        }
        messages.flip().position(at);
        messages.compact();
    }

    private void checkFrame(int type, int payloadBytes) throws IOException {
        boolean fits = switch (type) {
            case ReturnPathDescriptor.PONG -> payloadBytes == Integer.BYTES;
            case ReturnPathDescriptor.SHUT -> payloadBytes >= Integer.BYTES && payloadBytes <= PAYLOAD_BYTES_MAX;
            default -> false;
        };
        if (!fits) {
            throw unexpected("a message of type %d with %d bytes".formatted(type, payloadBytes));
        }
    }

    private void takeMessage(int at, int next) throws IOException {
        int payload = at + ReturnPathDescriptor.HEADER_LENGTH_BYTES;
        int value = messages.getInt(payload);
        if (ReturnPathDescriptor.type(messages, at) == ReturnPathDescriptor.PONG) {
            takePong(value);
        } else {
            takeShut(value, payload + Integer.BYTES, next);
        }
    }

    private void takePong(int value) throws IOException {
        if (value != Protocol.PING_OPEN) {
            takeMilestone(value);
        } else if (milestones.isOpened()) {
            throw unexpected("PONG %d twice".formatted(value));
        } else {
            milestones.opened();
        }
    }

    private void takeMilestone(int value) throws IOException {
        try {
            milestones.reached(value);
        } catch (IOException e) {
            throw unexpected(Reason.of(e));
        }
    }

    private void takeShut(int value, int reasonAt, int reasonEnd) throws IOException {
        if (value != 0) {
            throw new IOException("the destination refused: " + reason(reasonAt, reasonEnd, value));
        }
        if (!confirmationExpected || confirmed) {
            throw unexpected(confirmed ? "SHUT 0 twice" : "SHUT 0 before everything was sent");
        }
        confirmed = true;
    }

    private String reason(int at, int end, int value) {
        if (at == end) {
            return "SHUT " + value + ", without a reason; see its log";
        }
        byte[] text = new byte[end - at];
        messages.get(at, text);
        return Protocol.printable(new String(text, StandardCharsets.UTF_8));
    }

    private IOException unexpected(String what) {
        return new IOException(
                "the destination sent %s within the first %d bytes of the return path; is it a ramtracker or QEMU destination?"
                        .formatted(what, receivedBytes));
    }
}
