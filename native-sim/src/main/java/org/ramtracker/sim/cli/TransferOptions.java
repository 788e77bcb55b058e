package org.ramtracker.sim.cli;

import org.ramtracker.live.Compression;
import org.ramtracker.sim.vmm.TransferSpec;
import picocli.CommandLine.Option;

/** In what form pages travel. */
final class TransferOptions {
    @Option(
            names = "--xbzrle",
            paramLabel = "SIZE",
            arity = "0..1",
            defaultValue = "0",
            fallbackValue = "64M",
            converter = Quantities.Size.class,
            description =
                    "Send pages that come again as differences to what the destination has, while that saves more time "
                            + "than it takes; SIZE is for the cache that it needs (default without SIZE: 64M).")
    private long xbzrleCacheBytes;

    @Option(
            names = "--channels",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Send the pages on so many connections of their own, each with a thread; a receiver that you start "
                            + "yourself needs the same number (default: none).")
    private int channels;

    @Option(
            names = "--compress",
            paramLabel = "METHOD",
            defaultValue = "none",
            converter = Names.Compress.class,
            description =
                    "none, zlib or zstd, for example zstd:3 for a level: compress what the channels carry, while that saves "
                            + "more time than it takes (default: ${DEFAULT-VALUE}).")
    private Compression compression;

    TransferSpec spec() {
        return new TransferSpec(xbzrleCacheBytes, channels, compression);
    }
}
