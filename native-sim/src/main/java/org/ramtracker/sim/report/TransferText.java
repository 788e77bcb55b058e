package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.XbzrleStatistics;
import org.ramtracker.sim.monitor.TransferReport;

/** What deltas, channels and compression did, for people. */
final class TransferText {
    private static final double PERCENT = 100.0;

    private TransferText() {}

    static List<String> of(TransferReport report) {
        List<String> lines = new ArrayList<>();
        report.xbzrle().ifPresent(xbzrle -> lines.add(xbzrleLine(xbzrle)));
        for (int i = 0; i < report.channels().size(); i++) {
            lines.add(channelLine(i, report.channels().get(i)));
        }
        return lines;
    }

    private static String channelLine(int id, ChannelStatistics channel) {
        return "%-12s %s, %d normal, %d zero%s"
                .formatted(
                        "channel " + id,
                        Figures.size(channel.transferredBytes()),
                        channel.normalPages(),
                        channel.zeroPages(),
                        compression(channel));
    }

    private static String compression(ChannelStatistics channel) {
        return channel.compressedPages() == 0
                ? ""
                : "; compressing %d pages saved %s in %s%s"
                        .formatted(
                                channel.compressedPages(),
                                Figures.size(channel.savedBytes()),
                                Figures.duration(channel.costNanos()),
                                timesOff(channel.timesOff()));
    }

    private static String xbzrleLine(XbzrleStatistics xbzrle) {
        return "%-12s saved %s in %s; %d pages to %.1f %% of their size, %d of them longer as deltas, cache-miss %.1f %%%s"
                .formatted(
                        "xbzrle",
                        Figures.size(xbzrle.savedBytes()),
                        Figures.duration(xbzrle.costNanos()),
                        xbzrle.pages(),
                        xbzrle.encodingRate() == 0 ? 0 : PERCENT / xbzrle.encodingRate(),
                        xbzrle.overflows(),
                        PERCENT * xbzrle.cacheMissRate(),
                        timesOff(xbzrle.timesOff()));
    }

    private static String timesOff(long times) {
        return times == 0 ? "" : "; left out %d times, as it did not pay for itself".formatted(times);
    }
}
