package org.ramtracker.trace;

import java.util.Objects;
import org.ramtracker.dirty.PageBitmap;

/**
 * Walks the epochs of a trace, and the runs of pages written in each.
 *
 * <pre>{@code
 * EpochCursor epoch = trace.cursor();
 * while (epoch.next()) {
 *     while (epoch.nextRun()) {
 *         use(epoch.startNanos(), epoch.runFirstPage(), epoch.runPages());
 *     }
 * }
 * }</pre>
 *
 * <p>Threads: single-threaded; any number of cursors may walk one trace. Nothing allocates once the largest epoch was read.
 */
public final class EpochCursor {
    private final DirtyTrace trace;
    private final PageSetDecoder decoder;
    private long index = -1;
    private long offsetBytes;
    private long startNanos;
    private long lengthNanos;

    EpochCursor(DirtyTrace trace) {
        this.trace = trace;
        this.decoder = trace.decoder();
    }

    /**
     * Moves to the next epoch, before its first run.
     *
     * @return false if there is none; the cursor then stays where it was
     */
    public boolean next() {
        if (index + 1 >= trace.epochs()) {
            return false;
        }
        moveTo(index + 1);
        return true;
    }

    /**
     * Moves to an epoch, before its first run.
     *
     * @param epochIndex which, counted from 0
     * @throws IndexOutOfBoundsException if there is no such epoch
     */
    public void moveTo(long epochIndex) {
        Objects.checkIndex(epochIndex, trace.epochs());
        index = epochIndex;
        offsetBytes = trace.offsetOf(epochIndex);
        startNanos = trace.longAt(offsetBytes + TraceEntryDescriptor.START_NANOS_OFFSET);
        lengthNanos = trace.longAt(offsetBytes + TraceEntryDescriptor.LENGTH_NANOS_OFFSET);
        trace.read(offsetBytes, decoder);
    }

    /** Moves before the first epoch. */
    public void rewind() {
        index = -1;
    }

    /**
     * Which epoch this is.
     *
     * @return its index, from 0; -1 before the first
     */
    public long index() {
        return index;
    }

    /**
     * When the epoch began.
     *
     * @return nanoseconds since the first one began
     */
    public long startNanos() {
        return startNanos;
    }

    /**
     * How long the epoch was, more than 0.
     *
     * @return nanoseconds
     */
    public long lengthNanos() {
        return lengthNanos;
    }

    /**
     * When the sync that ended the epoch began; the next epoch starts here.
     *
     * @return nanoseconds since the first epoch began
     */
    public long endNanos() {
        return startNanos + lengthNanos;
    }

    /**
     * How long the sync took that ended the epoch.
     *
     * @return nanoseconds
     */
    public long syncNanos() {
        return trace.longAt(offsetBytes + TraceEntryDescriptor.SYNC_NANOS_OFFSET);
    }

    /**
     * How many pages were written in the epoch.
     *
     * @return distinct pages
     */
    public long pages() {
        return trace.longAt(offsetBytes + TraceEntryDescriptor.PAGES_OFFSET);
    }

    /**
     * Moves to the next run of pages that were written in this epoch. Runs ascend and do not overlap; two may touch.
     *
     * @return false if there is none
     * @throws java.io.UncheckedIOException if the set is malformed although its checksum is right; the cause is a
     *     {@link TraceException}
     */
    public boolean nextRun() {
        return decoder.nextRun();
    }

    /**
     * Start of the run.
     *
     * @return its first page in the page space
     */
    public long runFirstPage() {
        return decoder.runFirstPage();
    }

    /**
     * Length of the run.
     *
     * @return pages, at least 1
     */
    public long runPages() {
        return decoder.runPages();
    }

    /**
     * Adds all pages of this epoch that {@link #nextRun} has not yet come to.
     *
     * @param set a set over the page space of the trace
     * @throws java.io.UncheckedIOException as {@link #nextRun}
     */
    public void addTo(PageBitmap set) {
        decoder.addTo(set);
    }
}
