package org.ramtracker.forecast;

import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;

/**
 * The sink of a forecast: a stream that is counted and not made. Runs of pages cost what they would cost as records of the
 * stream, on the link and at the machine; the cost does not depend on how long a run is.
 *
 * <pre>
 *   offer --(looking, copying)--&gt; stage --&gt; buffer --(bytes per second)--&gt; link --(latency)--&gt; destination
 * </pre>
 *
 * <p>As in a live sink, what is encoded is staged before it goes into the buffer of the link, and a stage that was full is filled again
 * when all of it has left: with the buffer full pages are taken a stage at a time. Asked how far it has come, a destination answers
 * where a stage ends, so that more seems to be in flight than is.
 *
 * <p>A live sink says {@link #BACK_PRESSURED} where the buffer is full; that ends the agent's slice, and the policy is asked between
 * two slices. So does this one if it is told to, because a decision may be near. Otherwise time passes in the call until the buffer
 * has room, for as long as a slice lasts: that takes fewer slices.
 *
 * <p>Threads: single-threaded, the agent's. Nothing allocates after construction.
 */
final class LinkSink implements RamSink {
    private static final long PART_NANOS_MAX = 100_000_000L;

    /** What a live sink stages, at least: {@code MainStream.STAGING_BYTES_MIN}. It has room for two pages as well. */
    private static final long STAGE_BYTES_MIN = 1 << 20;

    private final LinkModel link;
    private final MachineModel machine;
    private final StreamSizes sizes;
    private final PageKindTable kinds;
    private final VirtualClock clock;
    private final NewMemory newMemory;
    private final PopulatedAhead ahead;
    private final boolean newPagesWait;
    private final long stageBytes;
    private final double roomNanos;
    private final long normalPageBytes;
    private final double normalPageNanos;

    private @Nullable RamBlock lastBlock;
    private boolean backPressures;
    private boolean stageDrains;
    private boolean partOpen;
    private long partOpenedNanos;
    private double linkFreeNanos;
    private double nanosPerLinkNano = 1;
    private double scanNanos;
    private double owedNanos;
    private long takenBytes;
    private long transferredBytes;
    private long normalPages;
    private long duplicatePages;

    LinkSink(LinkModel link, MachineModel machine, StreamSizes sizes, PageKindTable kinds, VirtualClock clock) {
        this.link = link;
        this.machine = machine;
        this.sizes = sizes;
        this.kinds = kinds;
        this.clock = clock;
        this.normalPageBytes = sizes.normalPageBytes();
        this.normalPageNanos = link.nanosFor(normalPageBytes);
        this.stageBytes = Math.max(STAGE_BYTES_MIN, 2 * normalPageBytes);
        this.roomNanos = link.nanosFor(link.bufferBytes() + stageBytes);
        this.newMemory = new NewMemory(kinds, sizes.pageBytes());
        this.ahead = new PopulatedAhead(machine.newPageNanos(), sizes.pageBytes());
        this.newPagesWait = machine.newPageNanos() > normalPageNanos;
    }

    /** Whether to refuse pages while the buffer is full. */
    void setBackPressures(boolean wanted) {
        backPressures = wanted;
    }

    /** When the next thing happens: the stage is empty, or the destination answers. Not in the future if nothing waits. */
    long nextNanos() {
        long waitingBytes = waitingBytes();
        long answeredAtBytes = (waitingBytes - 1) / stageBytes * stageBytes;
        boolean stageFirst = isStageDraining() && link.bufferBytes() >= answeredAtBytes;
        return leftNanos(stageFirst ? link.bufferBytes() : answeredAtBytes);
    }

    /** When no more than so much waits, rounded up. */
    private long leftNanos(long waitingBytes) {
        return (long) Math.ceil(linkFreeNanos - nanosPerLinkNano * link.nanosFor(waitingBytes));
    }

    @Override
    public boolean begin() {
        transmit(sizes.beginningBytes());
        return true;
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) {
        long taken = !backPressures || isRoomEasily(pageCount) ? pageCount : Math.min(pageCount, roomPages());
        return taken == 0 ? BACK_PRESSURED : take(block, firstPage, taken);
    }

    /** Whether there is room for a page more than these, so that no rounding counts: saves the divisions for most pages. */
    private boolean isRoomEasily(long pages) {
        double freeNanos = nanosPerLinkNano * (roomNanos - (pages + 1) * normalPageNanos);
        return !stageDrains && linkFreeNanos - clock.nanoTime() <= freeNanos;
    }

    /** A stage that was full takes nothing before it is empty. */
    private long roomPages() {
        if (isStageDraining()) {
            return 0;
        }
        long pages = (link.bufferBytes() + stageBytes - waitingBytes()) / normalPageBytes;
        stageDrains = pages == 0;
        return pages;
    }

    /** In nanoseconds: at the very moment that {@link #nextNanos} told the stage is empty, however bytes are rounded. */
    private boolean isStageDraining() {
        return stageDrains && clock.nanoTime() < leftNanos(link.bufferBytes());
    }

    private long take(RamBlock block, long firstPage, long pageCount) {
        openPart();
        long duplicates = kinds.duplicatesIn(firstPage, pageCount);
        long normal = pageCount - duplicates;
        normalPages += normal;
        duplicatePages += duplicates;
        double nanos = normal * machine.normalPageNanos() + duplicates * machine.duplicatePageNanos();
        if (nanos > 0) { // on a machine that was measured
            look(nanos);
        }
        transmitPages(sizes.pagesBytes(block, lastBlock == block, normal, duplicates), firstPage, pageCount);
        lastBlock = block;
        return pageCount;
    }

    /** Pages that are new to the destination may wait for their memory, if the link is faster than that is found. */
    private void transmitPages(long bytes, long firstPage, long pageCount) {
        double linkNanos = bytes == normalPageBytes ? normalPageNanos : link.nanosFor(bytes);
        double nanos = linkNanos;
        if (newPagesWait) {
            double fromNanos = Math.max(linkFreeNanos, (double) clock.nanoTime());
            nanos += ahead.waitNanos(newMemory.populateFor(firstPage, pageCount), fromNanos, fromNanos + linkNanos);
            nanosPerLinkNano = nanos / linkNanos;
        }
        transmit(bytes, nanos);
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
        transmit(bytes, link.nanosFor(bytes));
    }

    private void transmit(long bytes, double nanos) {
        takenBytes += bytes;
        linkFreeNanos = Math.max(linkFreeNanos, (double) clock.nanoTime()) + nanos;
        clock.advanceTo((long) (linkFreeNanos - nanosPerLinkNano * roomNanos));
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
        long stagedBytes = Math.max(0, waitingBytes() - link.bufferBytes());
        // Runs of another pace make the buffer look fuller, but nothing comes back.
        transferredBytes = Math.max(transferredBytes, takenBytes - stagedBytes);
        return transferredBytes;
    }

    @Override
    public long committedBytes() {
        return takenBytes;
    }

    /** What the stage and the buffer hold, as far as answers tell: up to a stage more. */
    @Override
    public long inFlightBytes() {
        long stages = (waitingBytes() + stageBytes - 1) / stageBytes;
        return Math.min(takenBytes, stages * stageBytes);
    }

    @Override
    public long onItsWayBytes() {
        return Math.min(link.bufferBytes(), waitingBytes());
    }

    /** What the stage and the buffer hold, which empty at the pace of the pages that were put into them last. */
    private long waitingBytes() {
        double waitingNanos = Math.max(0, linkFreeNanos - clock.nanoTime());
        return Math.min(link.bufferBytes() + stageBytes, link.bytesIn(waitingNanos / nanosPerLinkNano));
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
