package org.ramtracker.live;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.ramtracker.stream.RamStreamWriter;

/** Elements of the stream that wait for room in the staging buffer: what comes before the first page and after the last. */
final class Script {
    private record Element(int lengthBytes, Runnable write) {}

    private final Queue<Element> elements = new ArrayDeque<>();
    private final RamStreamWriter writer;
    private final int capacityBytes;

    /**
     * An empty script.
     *
     * @param writer writes into the staging buffer
     * @param capacityBytes what the staging buffer holds when it is empty
     */
    Script(RamStreamWriter writer, int capacityBytes) {
        this.writer = writer;
        this.capacityBytes = capacityBytes;
    }

    /**
     * Adds an element.
     *
     * @param lengthBytes room that it needs
     * @param write writes it
     * @throws IllegalArgumentException if there will never be that much room
     */
    void add(int lengthBytes, Runnable write) {
        if (lengthBytes > capacityBytes) {
            throw new IllegalArgumentException(
                    "an element of %d bytes in a staging buffer of %d".formatted(lengthBytes, capacityBytes));
        }
        elements.add(new Element(lengthBytes, write));
    }

    /** Adds a device's state in pieces that fit; the buffer is consumed. */
    void addDeviceBytes(ByteBuffer body) {
        while (body.hasRemaining()) {
            ByteBuffer piece = body.slice(body.position(), Math.min(body.remaining(), capacityBytes));
            body.position(body.position() + piece.remaining());
            add(piece.remaining(), () -> writer.deviceBytes(piece));
        }
    }

    /**
     * Writes elements while they fit.
     *
     * @return true if none is left
     */
    boolean run() {
        while (!elements.isEmpty() && elements.element().lengthBytes() <= writer.remaining()) {
            elements.remove().write().run();
        }
        return elements.isEmpty();
    }
}
