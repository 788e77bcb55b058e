package org.ramtracker.sim.monitor;

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
 */
public record TransferReport(Optional<XbzrleStatistics> xbzrle, List<ChannelStatistics> channels) {
    /** Of an attempt that has sent nothing. */
    public static final TransferReport NOTHING = new TransferReport(Optional.empty(), List.of());

    /**
     * What a sink has done so far.
     *
     * @param sink asked on its own thread, or after its end
     * @return the report
     */
    public static TransferReport of(StreamRamSink sink) {
        return new TransferReport(sink.xbzrle(), sink.channels());
    }

    /**
     * QEMU's {@code multifd-bytes}.
     *
     * @return bytes that left on page channels
     */
    public long multifdBytes() {
        return channels.stream().mapToLong(ChannelStatistics::transferredBytes).sum();
    }
}
