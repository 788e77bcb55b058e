package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.vmm.TraceRecording;
import org.ramtracker.trace.DirtyTrace;
import org.ramtracker.trace.PageKinds;
import org.ramtracker.trace.RecordingStats;

/** A trace in words. */
public final class TraceText {
    private TraceText() {}

    /**
     * What is in a trace.
     *
     * @param trace the trace
     * @return lines
     */
    public static List<String> of(DirtyTrace trace) {
        RecordingStats stats = RecordingStats.of(trace);
        PageSize pageSize = trace.layout().pageSize();
        List<String> lines = new ArrayList<>();
        lines.add("%s: %d epochs of %s in %s, %s"
                .formatted(
                        trace.file(),
                        stats.epochs(),
                        Figures.duration(trace.epochNanos()),
                        Figures.duration(stats.durationNanos()),
                        Figures.size(stats.lengthBytes())));
        if (!trace.ended()) {
            lines.add("not ended: still being recorded, or its recorder was killed; %d bytes of a torn epoch left out"
                    .formatted(trace.uncommittedBytes()));
        }
        lines.add("memory: %s in pages of %s; %s"
                .formatted(
                        Figures.size(trace.layout().totalBytes()),
                        Figures.size(pageSize.bytes()),
                        kinds(trace.kinds())));
        lines.add("written: %s in the mean, %s at the peak; %s of different pages"
                .formatted(
                        Figures.rate(pageSize.toBytes(stats.meanPagesPerSecond())),
                        Figures.rate(pageSize.toBytes(stats.peakPagesPerSecond())),
                        Figures.size(pageSize.toBytes(stats.distinctPages()))));
        return lines;
    }

    private static String kinds(PageKinds kinds) {
        String compression = kinds.compression().sampledPages() == 0
                ? ""
                : ", which compress to %s".formatted(percent(kinds.compression().compressedShare()));
        return "at the start %s zero, %s one other byte, %s normal%s"
                .formatted(
                        percent(kinds.zeroPages(), kinds.pages()),
                        percent(kinds.duplicatePages(), kinds.pages()),
                        percent(kinds.normalPages(), kinds.pages()),
                        compression);
    }

    /**
     * What a recording cost.
     *
     * @param result of the recording
     * @return lines
     */
    public static List<String> cost(TraceRecording.Result result) {
        RecordingStats stats = result.stats();
        long epochs = Math.max(1, stats.epochs());
        return List.of(
                "guest: wrote %s meanwhile, rewrites included".formatted(Figures.rate(result.guestBytesPerSecond())),
                "recorder: %s an epoch, %s of a core"
                        .formatted(
                                Figures.duration(stats.tickNanos() / epochs),
                                percent(stats.tickNanos(), Math.max(1, stats.durationNanos()))));
    }

    /**
     * A recording that goes on.
     *
     * @param stats what has been recorded
     * @param pageSize size of the pages
     * @return a line
     */
    public static String progress(RecordingStats stats, PageSize pageSize) {
        return "recording: %s, %d epochs, %s, %s of different pages, %s"
                .formatted(
                        Figures.duration(stats.durationNanos()),
                        stats.epochs(),
                        Figures.rate(pageSize.toBytes(stats.meanPagesPerSecond())),
                        Figures.size(pageSize.toBytes(stats.distinctPages())),
                        Figures.size(stats.lengthBytes()));
    }

    private static String percent(long part, long whole) {
        return percent((double) part / whole);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
