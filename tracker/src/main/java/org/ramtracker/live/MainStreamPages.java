package org.ramtracker.live;

import java.io.IOException;
import java.util.Optional;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.stream.RamStreamWriter;

/** Pages in the main stream, as deltas where that is wanted. Reads page bytes during {@link #offer} and at no later time. */
final class MainStreamPages implements PagePath {
    /** A write per page would cost more than the page; much more than this would be held back from the rate limit. */
    private static final int PUSH_BYTES = 128 << 10;

    /** So far apart are the questions how far the destination has come, while the answers to others are to come. */
    private static final long MILESTONE_BYTES = 256 << 10;

    private final MainStream stream;
    private final RamStreamWriter writer;
    private final NanoClock clock;
    private final PageSize pageSize;
    private final PageClassifier classifier;
    private final long cacheBytes;
    private @Nullable DeltaPages deltas;
    private long normalPages;
    private long duplicatePages;
    private long scanNanos;

    /**
     * A path.
     *
     * @param cacheBytes size of the cache for XBZRLE, 0 for no XBZRLE
     */
    MainStreamPages(
            MainStream stream, GuestMemory memory, NanoClock clock, DuplicateBytes duplicates, long cacheBytes) {
        this.stream = stream;
        this.writer = stream.writer();
        this.clock = clock;
        this.pageSize = memory.pageSize();
        this.classifier = new PageClassifier(memory.pageSize(), duplicates);
        this.cacheBytes = cacheBytes;
    }

    @Override
    public void open() throws IOException {
        if (cacheBytes > 0) {
            deltas = new DeltaPages(stream, pageSize, cacheBytes, clock);
        }
    }

    @Override
    public void passBegins(long dirtySyncCount) {
        if (deltas != null) {
            deltas.passBegins(dirtySyncCount);
        }
    }

    @Override
    public long offer(RamBlock block, long firstPage, long pageCount) throws IOException {
        if (!hasRoomFor(block) && !stream.push()) {
            return RamSink.BACK_PRESSURED;
        }
        long startNanos = clock.nanoTime();
        stream.openPart(startNanos);
        long taken = encode(block, firstPage, pageCount);
        scanNanos += clock.nanoTime() - startNanos;
        if (stream.stagedBytes() >= PUSH_BYTES) {
            stream.push();
        }
        return taken;
    }

    private boolean hasRoomFor(RamBlock block) {
        return stream.hasRoomFor(writer.normalPageBytes(block));
    }

    private long encode(RamBlock block, long firstPage, long pageCount) {
        long page = firstPage;
        long endPage = firstPage + pageCount;
        while (page < endPage && hasRoomFor(block)) {
            encodePage(block, page, block.offsetBytesOf(page));
            page++;
        }
        return page - firstPage;
    }

    private void encodePage(RamBlock block, long page, long offsetBytes) {
        int fill = classifier.classify(block.segment(), offsetBytes);
        if (fill == PageClassifier.NORMAL) {
            normalPages += encodeNormal(block, page, offsetBytes) ? 1 : 0;
            return;
        }
        writer.duplicatePage(block, offsetBytes, fill);
        duplicatePages++;
        if (deltas != null) {
            deltas.duplicatePage(page, fill);
        }
    }

    private boolean encodeNormal(RamBlock block, long page, long offsetBytes) {
        if (deltas != null) {
            return deltas.normalPage(block, page, offsetBytes);
        }
        writer.normalPage(block, offsetBytes);
        return true;
    }

    @Override
    public boolean flush() throws IOException {
        stream.closePart();
        askHowFar();
        return stream.push();
    }

    /** After a few bytes if nothing else is on its way, after many while there are answers to come. */
    private void askHowFar() {
        long newBytes = stream.bytesSinceMilestone(stream.encodedBytes());
        if (newBytes >= MILESTONE_BYTES || (newBytes > 0 && stream.allMilestonesReached())) {
            stream.setMilestone(stream.encodedBytes() + MainStream.PING_BYTES);
        }
    }

    @Override
    public long inFlightBytes() {
        return stream.stagedBytes() + onItsWayBytes();
    }

    @Override
    public long onItsWayBytes() {
        return stream.onItsWayBytes(stream.drainedBytes());
    }

    @Override
    public boolean finish() {
        stream.closePart();
        return true;
    }

    @Override
    public long committedBytes() {
        return stream.drainedBytes();
    }

    @Override
    public long normalPages() {
        return normalPages;
    }

    @Override
    public long duplicatePages() {
        return duplicatePages;
    }

    /** Classifying, encoding and copying count, writing does not. */
    @Override
    public long scanNanos() {
        return scanNanos;
    }

    @Override
    public Optional<XbzrleStatistics> xbzrle() {
        return Optional.ofNullable(deltas).map(DeltaPages::statistics);
    }

    @Override
    public void close() {
        if (deltas != null) {
            deltas.close();
        }
    }

    @Override
    public void abort() {
        close();
    }
}
