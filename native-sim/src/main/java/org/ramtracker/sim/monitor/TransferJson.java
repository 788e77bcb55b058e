package org.ramtracker.sim.monitor;

import java.util.concurrent.TimeUnit;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.XbzrleStatistics;
import tools.jackson.databind.node.ObjectNode;

/**
 * What deltas, channels and compression did, with QMP's names where QMP has any. Rates are those of the whole migration, and
 * {@code saved-bytes}, {@code time} (in milliseconds) and {@code times-off} are ours.
 */
final class TransferJson {
    private TransferJson() {}

    static void put(ObjectNode json, TransferReport report) {
        report.xbzrle().ifPresent(xbzrle -> putXbzrle(json.putObject("xbzrle-cache"), xbzrle));
        for (ChannelStatistics channel : report.channels()) {
            putChannel(json.withArray("channels").addObject(), channel);
        }
    }

    private static void putChannel(ObjectNode json, ChannelStatistics channel) {
        json.put("transferred", channel.transferredBytes());
        json.put("normal", channel.normalPages());
        json.put("zero", channel.zeroPages());
        json.put("compressed", channel.compressedPages());
        json.put("saved-bytes", channel.savedBytes());
        json.put("time", TimeUnit.NANOSECONDS.toMillis(channel.costNanos()));
        json.put("times-off", channel.timesOff());
    }

    private static void putXbzrle(ObjectNode json, XbzrleStatistics xbzrle) {
        json.put("cache-size", xbzrle.cacheBytes());
        json.put("bytes", xbzrle.bytes());
        json.put("pages", xbzrle.pages());
        json.put("cache-miss", xbzrle.cacheMisses());
        json.put("cache-miss-rate", xbzrle.cacheMissRate());
        json.put("encoding-rate", xbzrle.encodingRate());
        json.put("overflow", xbzrle.overflows());
        json.put("saved-bytes", xbzrle.savedBytes());
        json.put("time", TimeUnit.NANOSECONDS.toMillis(xbzrle.costNanos()));
        json.put("times-off", xbzrle.timesOff());
    }
}
