package org.ramtracker.sim.report;

import java.util.Optional;
import org.ramtracker.sim.vmm.TraceRecording;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.PageKinds;
import org.ramtracker.trace.RecordingStats;
import org.ramtracker.trace.TraceBlock;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A trace as one JSON object; {@code docs/formats.md} says what the fields mean. */
public final class TraceJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private TraceJson() {}

    /**
     * The object.
     *
     * @param trace the trace
     * @param cost what recording it cost, if that is known
     * @return one line of JSON
     */
    public static String of(DirtyTrace trace, Optional<TraceRecording.Result> cost) {
        RecordingStats stats = RecordingStats.of(trace);
        ObjectNode json = MAPPER.createObjectNode();
        json.put("file", trace.file().toString());
        json.put("lengthBytes", stats.lengthBytes());
        json.put("ended", trace.ended());
        json.put("uncommittedBytes", trace.uncommittedBytes());
        json.put("createdAtEpochMillis", trace.createdAtEpochMillis());
        json.put("pageSize", trace.layout().pageSize().bytes());
        putBlocks(json, trace);
        putKinds(json.putObject("kinds"), trace.kinds());
        json.put("epochNanos", trace.epochNanos());
        json.put("epochs", stats.epochs());
        json.put("durationNanos", stats.durationNanos());
        json.put("writtenPages", stats.writtenPages());
        json.put("distinctPages", stats.distinctPages());
        json.put("meanPagesPerSecond", stats.meanPagesPerSecond());
        json.put("peakPagesPerSecond", stats.peakPagesPerSecond());
        cost.ifPresent(result -> {
            json.put("recorderNanos", result.stats().tickNanos());
            json.put("guestBytesPerSecond", result.guestBytesPerSecond());
        });
        return json.toString();
    }

    private static void putBlocks(ObjectNode json, DirtyTrace trace) {
        var blocks = json.putArray("blocks");
        for (TraceBlock block : trace.layout().blocks()) {
            blocks.addObject()
                    .put("idstr", block.idstr())
                    .put("guestPhysicalAddress", block.guestPhysicalAddress())
                    .put("firstPage", block.firstPage())
                    .put("pages", block.pages());
        }
    }

    private static void putKinds(ObjectNode json, PageKinds kinds) {
        json.put("zeroPages", kinds.zeroPages());
        json.put("duplicatePages", kinds.duplicatePages());
        json.put("normalPages", kinds.normalPages());
        json.put("sampledPages", kinds.compression().sampledPages());
        json.put("compressedShare", kinds.compression().compressedShare());
    }
}
