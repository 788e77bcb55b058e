package org.ramtracker.stream;

import org.jspecify.annotations.Nullable;

/**
 * How the normal pages of a channel's packets are compressed. Each channel has one stream for the whole migration, of which a
 * packet holds the next piece, flushed, so that it can be decompressed when it has come.
 */
public enum ChannelCompression {
    /** Not at all. */
    NONE(0x00),
    /** A deflate stream with the header of zlib in its first piece and no trailer. */
    ZLIB(0x02),
    /** A frame of zstd. */
    ZSTD(0x04);

    private static final int QPL = 0x08;
    private static final int UADK = 0x10;
    private static final int QATZIP = 0x20;

    private final int flag;

    ChannelCompression(int flag) {
        this.flag = flag;
    }

    /**
     * How a packet's flags say it.
     *
     * @return a part of {@link MultifdPacketDescriptor#METHOD_MASK}
     */
    public int flag() {
        return flag;
    }

    /** The method that the flags of a packet name, null if none that is known. */
    static @Nullable ChannelCompression ofFlags(int flags) {
        return switch (flags & MultifdPacketDescriptor.METHOD_MASK) {
            case 0x00 -> NONE;
            case 0x02 -> ZLIB;
            case 0x04 -> ZSTD;
            default -> null;
        };
    }

    /** What flags that {@link #ofFlags} does not know stand for. */
    static String describe(int flags) {
        return switch (flags & MultifdPacketDescriptor.METHOD_MASK) {
            case QPL -> "QPL";
            case UADK -> "UADK";
            case QATZIP -> "QATzip";
            default -> "0x%02x".formatted(flags & MultifdPacketDescriptor.METHOD_MASK);
        };
    }
}
