package org.ramtracker.sim.vmm;

import org.ramtracker.live.Compression;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.stream.MultifdInitialDescriptor;

/**
 * In what form pages travel.
 *
 * @param xbzrleCacheBytes size of the cache for XBZRLE deltas; 0 for none
 * @param channels page channels beside the main connection; 0 for none
 * @param compression how the channels compress
 */
public record TransferSpec(long xbzrleCacheBytes, int channels, Compression compression) {
    /** QEMU's default for {@code xbzrle-cache-size}. */
    public static final long XBZRLE_CACHE_BYTES_DEFAULT = 64L << 20;

    /** Every page whole, in the one stream. */
    public static final TransferSpec PLAIN = new TransferSpec(0, 0, Compression.NONE);

    /** Refuses what does not go together. */
    public TransferSpec {
        if (channels < 0 || channels > MultifdInitialDescriptor.CHANNELS_MAX) {
            throw new IllegalArgumentException(
                    "there are 0 to %d channels, not %d".formatted(MultifdInitialDescriptor.CHANNELS_MAX, channels));
        }
        if (channels > 0 && xbzrleCacheBytes > 0) {
            throw new IllegalArgumentException("XBZRLE does not go together with channels: leave one of them out");
        }
        if (channels == 0 && !compression.equals(Compression.NONE)) {
            throw new IllegalArgumentException("only channels compress: ask for at least one");
        }
    }

    /** Gives a sink the cache that it needs, if any. */
    StreamRamSink.Builder withCache(StreamRamSink.Builder builder) {
        return xbzrleCacheBytes == 0 ? builder : builder.xbzrle(xbzrleCacheBytes);
    }
}
