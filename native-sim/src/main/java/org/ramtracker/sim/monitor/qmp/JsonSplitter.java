package org.ramtracker.sim.monitor.qmp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.ramtracker.sim.monitor.MonitorException;

/**
 * Cuts what a client sends into JSON values, however it is chunked: several in a packet, one in many, or spread over lines.
 * Only brackets and quotes are looked at; whether a piece is JSON at all is the parser's business. As in QEMU a piece ends when
 * its brackets balance, so after an error the next command is understood again.
 *
 * <p>Threads: one.
 */
final class JsonSplitter {
    /** Longest piece. */
    static final int MESSAGE_BYTES_MAX = 1 << 20;

    /** QEMU's deepest nesting. */
    static final int NESTING_MAX = 1024;

    /** Takes the pieces. */
    @FunctionalInterface
    interface Consumer {
        /** A whole piece; no whitespace around it. */
        void message(byte[] json);
    }

    private static final byte OUTSIDE_STRING = 0;

    private final Consumer consumer;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private int nesting;
    private byte quote = OUTSIDE_STRING;
    private boolean escaped;

    JsonSplitter(Consumer consumer) {
        this.consumer = consumer;
    }

    /**
     * Takes the next bytes.
     *
     * @throws MonitorException if a limit is exceeded; nothing that follows can be understood
     */
    void feed(ByteBuffer bytes) throws MonitorException {
        while (bytes.hasRemaining()) {
            take(bytes.get());
        }
    }

    private void take(byte next) throws MonitorException {
        if (quote != OUTSIDE_STRING) {
            takeInString(next);
        } else if (nesting > 0) {
            takeInStructure(next);
        } else {
            takeBetween(next);
        }
    }

    private void takeInString(byte next) throws MonitorException {
        append(next);
        if (next >= 0 && next < ' ') { // no JSON, and perhaps the end of a line that lacks a quote: begin anew here
            emit();
        } else if (escaped) {
            escaped = false;
        } else if (next == '\\') {
            escaped = true;
        } else if (next == quote) {
            quote = OUTSIDE_STRING;
            emitIfBalanced();
        }
    }

    private void takeInStructure(byte next) throws MonitorException {
        append(next);
        switch (next) {
            case '{', '[' -> nest();
            case '}', ']' -> {
                nesting--;
                emitIfBalanced();
            }
            case '"', '\'' -> quote = next;
            default -> {
                // a part of some token
            }
        }
    }

    private void takeBetween(byte next) throws MonitorException {
        switch (next) {
            case ' ', '\t', '\r', '\n' -> emitIfAny();
            case '{', '[' -> {
                emitIfAny();
                append(next);
                nest();
            }
            case '"', '\'' -> {
                emitIfAny();
                append(next);
                quote = next;
            }
            case '}', ']', ',', ':' -> {
                emitIfAny();
                append(next);
                emit();
            }
            default -> append(next);
        }
    }

    private void nest() throws MonitorException {
        nesting++;
        if (nesting > NESTING_MAX) {
            throw new MonitorException("JSON nesting depth limit exceeded, at most " + NESTING_MAX + " levels");
        }
    }

    private void append(byte next) throws MonitorException {
        if (piece.size() == MESSAGE_BYTES_MAX) {
            throw new MonitorException("JSON token size limit exceeded, at most " + MESSAGE_BYTES_MAX + " bytes");
        }
        piece.write(next);
    }

    private void emitIfBalanced() {
        if (nesting == 0) {
            emit();
        }
    }

    private void emitIfAny() {
        if (piece.size() > 0) {
            emit();
        }
    }

    private void emit() {
        byte[] whole = piece.toByteArray();
        piece.reset();
        nesting = 0;
        quote = OUTSIDE_STRING;
        escaped = false;
        consumer.message(whole);
    }
}
