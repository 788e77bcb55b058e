package org.ramtracker.sim.cli;

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

    TransferSpec spec() {
        return new TransferSpec(xbzrleCacheBytes);
    }
}
