package org.ramtracker.stream;

import java.nio.ByteBuffer;

/**
 * A command of the stream.
 *
 * @param code its code, see {@link CommandDescriptor}
 * @param payload its payload, read-only and big-endian
 * @param offsetBytes where its type byte stands in the stream
 */
public record StreamCommand(int code, ByteBuffer payload, long offsetBytes) {}
