package org.ramtracker.forecast;

import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;

/**
 * The sink of a forecast: a stream that is counted and not made. Runs of pages cost what they would cost as records of the
 * stream, on the link and at the machine; the cost does not depend on how long a run is.
 *
 * <pre>
 *   offer --(looking, copying)--&gt; buffer --(bytes per second)--&gt; link --(latency)--&gt; destination
 * </pre>
 *
 * <p>Where a live sink would say {@link #BACK_PRESSURED} and be asked again, time passes in the call until the buffer has room:
 * nobody else has anything to do meanwhile.
 *
 * <p>Threads: single-threaded, the agent's. Nothing allocates after construction.
 */
final class LinkSink implements RamSink {
    private static final long PART_NANOS_MAX = 100_000_000L;

    private final LinkModel link;
    private final MachineModel machine;
    private final StreamSizes sizes;
    private final PageKindTable kinds;
    private final VirtualClock clock;

    private @Nullable RamBlock lastBlock;
    private boolean partOpen;
    private long partOpenedNanos;
    private double linkFreeNanos;
    private double scanNanos;
    private double owedNanos;
    private long transferredBytes;
    private long normalPages;
    private long duplicatePages;

    LinkSink(LinkModel link, MachineModel machine, StreamSizes sizes, PageKindTable kinds, VirtualClock clock) {
        this.link = link;
        this.machine = machine;
        this.sizes = sizes;
        this.kinds = kinds;
        this.clock = clock;
    }

    @Override
    public boolean begin() {
        transmit(sizes.beginningBytes());
        return true;
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) {
        openPart();
        long duplicates = kinds.duplicatesIn(firstPage, pageCount);
        long normal = pageCount - duplicates;
        normalPages += normal;
        duplicatePages += duplicates;
        look(normal * machine.normalPageNanos() + duplicates * machine.duplicatePageNanos());
        transmit(sizes.pagesBytes(block, lastBlock == block, normal, duplicates));
        lastBlock = block;
        return pageCount;
    }

    /** As a live sink does: a section is opened by its first page, and closed by a flush, or when it has become old. */
    private void openPart() {
        boolean old = partOpen && clock.nanoTime() - partOpenedNanos >= PART_NANOS_MAX;
        if (old || !partOpen) {
            partOpen = true;
            partOpenedNanos = clock.nanoTime();
            transmit(StreamSizes.partBytes());
        }
    }

    /** Fractions of nanoseconds add up over many short runs. */
    private void look(double nanos) {
        scanNanos += nanos;
        owedNanos += nanos;
        long whole = (long) owedNanos;
        clock.advance(whole);
        owedNanos -= whole;
    }

    private void transmit(long bytes) {
        transferredBytes += bytes;
        linkFreeNanos = Math.max(linkFreeNanos, (double) clock.nanoTime()) + link.nanosFor(bytes);
        clock.advanceTo((long) (linkFreeNanos - link.nanosFor(link.bufferBytes())));
    }

    @Override
    public boolean flush() {
        partOpen = false;
        return true;
    }

    @Override
    public boolean finish() {
        transmit(sizes.endBytes());
        clock.advanceTo((long) Math.ceil(linkFreeNanos));
        clock.advance(2 * link.latencyNanos() + machine.loadNanos());
        return true;
    }

    @Override
    public boolean commit() {
        return true;
    }

    @Override
    public void abort() {}

    @Override
    public long transferredBytes() {
        return transferredBytes;
    }

    /** What is in the buffer. A live sink knows of its own part of it, and of the kernel's where that tells. */
    @Override
    public long inFlightBytes() {
        double waitingNanos = Math.max(0, linkFreeNanos - clock.nanoTime());
        return Math.min(link.bufferBytes(), link.bytesIn(waitingNanos));
    }

    @Override
    public long normalPages() {
        return normalPages;
    }

    @Override
    public long duplicatePages() {
        return duplicatePages;
    }

    @Override
    public long scanNanos() {
        return (long) scanNanos;
    }
}
