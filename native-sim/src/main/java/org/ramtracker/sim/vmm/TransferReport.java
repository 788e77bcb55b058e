package org.ramtracker.sim.vmm;

import java.util.Optional;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.live.XbzrleStatistics;

/**
 * What the forms in which pages travelled were worth.
 *
 * @param xbzrle what XBZRLE did, if it was on
 */
public record TransferReport(Optional<XbzrleStatistics> xbzrle) {
    /** Of an attempt that has sent nothing. */
    static final TransferReport NOTHING = new TransferReport(Optional.empty());

    static TransferReport of(StreamRamSink sink) {
        return new TransferReport(sink.xbzrle());
    }
}
