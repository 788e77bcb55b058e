package org.ramtracker.sim.vmm;

import java.util.List;
import java.util.Optional;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.live.XbzrleStatistics;

/**
 * What the forms in which pages travelled were worth.
 *
 * @param xbzrle what XBZRLE did, if it was on
 * @param channels what each page channel did
 * @param costs what the migration cost the source's process, from its set-up to its end
 */
public record TransferReport(
        Optional<XbzrleStatistics> xbzrle, List<ChannelStatistics> channels, Optional<ProcessCosts> costs) {
    /** Of an attempt that has sent nothing. */
    static final TransferReport NOTHING = new TransferReport(Optional.empty(), List.of(), Optional.empty());

    static TransferReport of(StreamRamSink sink, ProcessCosts costs) {
        return new TransferReport(sink.xbzrle(), sink.channels(), Optional.of(costs));
    }
}
