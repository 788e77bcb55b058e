package org.ramtracker.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.GuestMemory;

/**
 * Records which pages a guest writes, epoch by epoch, into a trace: what an embedding VMM calls.
 *
 * <pre>{@code
 * try (DirtyTraceRecorder recorder = DirtyTraceRecorder.create(file, memory, log, clock, epochNanos, millis)) {
 *     recorder.start();
 *     while (wanted()) {
 *         sleepUntil(recorder.nextTickNanos());
 *         recorder.tick();
 *     }
 * }
 * }</pre>
 *
 * <p>Nobody else may sync the log meanwhile: what another one fetched is missing here. The guest need not be paused.
 *
 * <p>Threads: one at a time; readers may have the file open. Nothing allocates in {@link #tick}, but see
 * {@link DirtyTraceWriter}.
 */
public final class DirtyTraceRecorder implements AutoCloseable {
    /** The sample of pages to compress is the same for the same memory. */
    private static final long SAMPLE_SEED = 1;

    private final GuestMemory memory;
    private final DirtyLog log;
    private final NanoClock clock;
    private final DirtyTraceWriter writer;
    private final PageBitmap everWritten;
    private final long epochNanos;

    private boolean started;
    private boolean closed;
    private long startNanos;
    private long lastEndNanos;
    private long writtenPages;
    private long peakPagesPerSecond;
    private long tickNanos;

    private DirtyTraceRecorder(
            GuestMemory memory, DirtyLog log, NanoClock clock, DirtyTraceWriter writer, long epochNanos) {
        this.memory = memory;
        this.log = log;
        this.clock = clock;
        this.writer = writer;
        this.everWritten = new PageBitmap(memory.pages());
        this.epochNanos = epochNanos;
    }

    /**
     * Creates the trace.
     *
     * @param file where; nothing may be there
     * @param memory the guest's memory
     * @param log where its writes are found, over the page space of the memory; not running
     * @param clock of the epochs
     * @param epochNanos how long they are meant to be
     * @param createdAtEpochMillis the time of day, in milliseconds since 1970-01-01 UTC
     * @return the recorder
     * @throws IOException if there is something at {@code file}, which is left as it is, or if nothing can be made there
     */
    public static DirtyTraceRecorder create(
            Path file, GuestMemory memory, DirtyLog log, NanoClock clock, long epochNanos, long createdAtEpochMillis)
            throws IOException {
        TraceLayout layout = TraceLayout.of(memory);
        DirtyTraceWriter writer = DirtyTraceWriter.create(file, layout, epochNanos, createdAtEpochMillis);
        return new DirtyTraceRecorder(memory, log, clock, writer, epochNanos);
    }

    /**
     * Starts the log, looks at all pages, and begins the first epoch. What the log knows of earlier writes, as marks may, is
     * forgotten: it would make the first epoch look busier than any other. Of a page that is written while all are looked at nobody
     * knows what it held when the epoch began, so that it counts as normal; the log runs before, that none of them is missed.
     *
     * @throws IllegalStateException if it was started before
     * @throws IOException if the file cannot grow; the log is stopped
     * @throws java.io.UncheckedIOException if the log fails; it is stopped
     */
    public void start() throws IOException {
        if (started) {
            throw new IllegalStateException("the recording has been started");
        }
        started = true;
        log.start();
        try {
            recordKinds();
        } catch (IOException | RuntimeException | Error e) {
            stopAfter(e);
            throw e;
        }
    }

    private void stopAfter(Throwable failure) {
        try {
            log.stop();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void recordKinds() throws IOException {
        takeWritten();
        try (PageKindScan scan = new PageKindScan(memory, new SplittableRandom(SAMPLE_SEED))) {
            scan.run();
            CompressionSample compression = scan.compression();
            takeWritten();
            startNanos = clock.nanoTime();
            lastEndNanos = startNanos;
            scan.forget(writer.pages());
            writer.begin(scan.zeroPages(), scan.duplicatePages(), compression);
        }
    }

    /** The pages that were written since the last time, and no others. */
    private void takeWritten() {
        writer.pages().clear();
        long ignored = log.sync(writer.pages());
    }

    /**
     * Ends the epoch and writes it. The next one begins at once: it has the pages written while this method runs, or this
     * one has them, each page in one of the two.
     *
     * @return how many pages were written in it
     * @throws IOException if the file cannot grow; the pages are in the next epoch then
     * @throws java.io.UncheckedIOException if the log fails; what it found until then is in the next epoch
     */
    public long tick() throws IOException {
        long endNanos = clock.nanoTime();
        long ignored = log.sync(writer.pages());
        long syncedNanos = clock.nanoTime();
        long pages = writer.pages().count();
        everWritten.addAll(writer.pages());
        long lengthNanos = endNanos - lastEndNanos;
        writer.append(lengthNanos, syncedNanos - endNanos);
        count(pages, lengthNanos);
        lastEndNanos = endNanos;
        tickNanos += clock.nanoTime() - endNanos;
        return pages;
    }

    private void count(long pages, long lengthNanos) {
        writtenPages += pages;
        peakPagesPerSecond = Math.max(peakPagesPerSecond, RecordingStats.rateForPeak(pages, lengthNanos, epochNanos));
    }

    /**
     * When the epoch that runs is as long as it is meant to be. An epoch that came late does not make later ones shorter by
     * more than it was late.
     *
     * @return a time of the clock
     */
    public long nextTickNanos() {
        long elapsed = lastEndNanos - startNanos;
        return startNanos + (elapsed + epochNanos / 2) / epochNanos * epochNanos + epochNanos;
    }

    /**
     * What has been recorded by now.
     *
     * @return figures
     */
    public RecordingStats stats() {
        return new RecordingStats(
                writer.epochs(),
                writer.durationNanos(),
                writtenPages,
                everWritten.count(),
                peakPagesPerSecond,
                writer.lengthBytes(),
                tickNanos);
    }

    /**
     * Stops the log and ends the trace, at the last tick. Closing twice does nothing.
     *
     * @throws IOException if the file cannot be cut to its length; all epochs are readable nevertheless
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            log.stop();
        } finally {
            everWritten.close();
            writer.close();
        }
    }
}
