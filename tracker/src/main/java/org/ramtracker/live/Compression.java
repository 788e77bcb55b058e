package org.ramtracker.live;

import org.ramtracker.stream.ChannelCompression;

/**
 * How channels compress.
 *
 * @param method the method
 * @param level its level: 0 to 9 for zlib, 1 to 22 for zstd; 0 for none
 */
public record Compression(ChannelCompression method, int level) {
    /** Not at all. */
    public static final Compression NONE = new Compression(ChannelCompression.NONE, 0);

    private static final int ZLIB_LEVEL_MAX = 9;
    private static final int ZSTD_LEVEL_MAX = 22;

    /** Checks the level. */
    public Compression {
        int max = switch (method) {
            case NONE -> 0;
            case ZLIB -> ZLIB_LEVEL_MAX;
            case ZSTD -> ZSTD_LEVEL_MAX;
        };
        int min = method == ChannelCompression.ZSTD ? 1 : 0;
        if (level < min || level > max) {
            throw new IllegalArgumentException(
                    "level %d for %s; there are %d to %d".formatted(level, method, min, max));
        }
    }

    boolean isOn() {
        return method != ChannelCompression.NONE;
    }
}
