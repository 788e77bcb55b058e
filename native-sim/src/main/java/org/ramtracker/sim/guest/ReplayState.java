package org.ramtracker.sim.guest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a replaying guest saves besides its steps: where it is in which trace. Big endian, like all of {@link GuestState}.
 *
 * <pre>
 *    0 u64 position in the trace, ns, loops included     24 u16 length of the path
 *    8 f64 speed                                         26 path in UTF-8, then zeros
 *   16 u64 fingerprint of the trace
 * </pre>
 *
 * @param positionNanos time of the trace that was played
 * @param source the trace and its speed
 * @param fingerprint tells this trace from others
 */
record ReplayState(long positionNanos, ReplaySource source, long fingerprint) {
    private static final int PATH_LENGTH_OFFSET = 24;
    private static final int PATH_OFFSET = 26;
    /** Linux takes no longer path. */
    private static final int PATH_BYTES_MAX = 4096;

    static final int BYTES = PATH_OFFSET + PATH_BYTES_MAX;

    ByteBuffer encode() {
        byte[] path = source.trace().toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putLong(positionNanos).putDouble(source.speed()).putLong(fingerprint);
        out.putShort((short) path.length).put(path);
        return out.clear();
    }

    static ReplayState decode(ByteBuffer in) throws GuestStateException {
        int length = Short.toUnsignedInt(in.getShort(PATH_LENGTH_OFFSET));
        long positionNanos = in.getLong(0);
        if (length > PATH_BYTES_MAX || positionNanos < 0) {
            throw new GuestStateException("guest state: a replay at %d ns of a trace with a path of %d bytes"
                    .formatted(positionNanos, length));
        }
        byte[] path = new byte[length];
        in.get(PATH_OFFSET, path);
        try {
            Path trace = Path.of(new String(path, StandardCharsets.UTF_8));
            return new ReplayState(positionNanos, new ReplaySource(trace, in.getDouble(8)), in.getLong(16));
        } catch (InvalidPathException e) {
            throw new GuestStateException("guest state: the path of the replayed trace is none: " + e.getReason());
        } catch (IllegalArgumentException e) {
            throw new GuestStateException("guest state: " + e.getMessage());
        }
    }
}
