package org.ramtracker.sim.vmm;

import org.ramtracker.live.StreamRamSink;
import org.ramtracker.sim.monitor.TransferReport;

/**
 * What a sink has done, for those who may not ask it: some of it only its own thread can see.
 *
 * <p>Threads: the sink's posts, any reads what was posted last.
 */
final class TransferBoard {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final StreamRamSink sink;
    private volatile TransferReport latest = TransferReport.NOTHING;
    private long postedNanos;

    TransferBoard(StreamRamSink sink) {
        this.sink = sink;
        this.postedNanos = System.nanoTime() - INTERVAL_NANOS;
    }

    /** Called often; posts now and then. */
    void refresh() {
        long nowNanos = System.nanoTime();
        if (nowNanos - postedNanos >= INTERVAL_NANOS) {
            postedNanos = nowNanos;
            post();
        }
    }

    void post() {
        latest = TransferReport.of(sink);
    }

    TransferReport latest() {
        return latest;
    }
}
