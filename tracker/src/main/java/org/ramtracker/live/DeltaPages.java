package org.ramtracker.live;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.NanoClock;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.XbzrleEncoder;

/**
 * Sends normal pages as QEMU does with XBZRLE on.
 *
 * <pre>
 *   first pass              the page whole, from guest memory; not cached
 *   not in the cache        snapshot into the cache, the page whole from there
 *   in the cache, equal     nothing
 *                 shorter   snapshot into the cache, the delta
 *                 longer    snapshot into the cache, the page whole from there
 * </pre>
 *
 * <p>What the cache has of a page is always, byte for byte, what its last record makes of it at the destination: deltas and
 * pages are made from a snapshot and never from memory that the guest writes, and a page that is sent in another way, because
 * XBZRLE does not pay at the moment, is forgotten. Unlike QEMU's it also updates the cache in the last pass.
 *
 * <p>Threads: one. Nothing allocates after construction.
 */
final class DeltaPages implements AutoCloseable {
    private static final int ALIGNMENT_BYTES = 64;
    private static final int WINDOW_PAGES_MIN = 1024;

    /** A window long enough to fill the cache and use it. */
    private static final int WINDOW_CACHES = 4;

    private final MainStream stream;
    private final RamStreamWriter writer;
    private final NanoClock clock;
    private final int pageBytes;
    private final PageCache cache;
    private final XbzrleEncoder encoder;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment snapshot;
    private final MemorySegment delta;
    private final MemorySegment zeros;
    private final Payoff payoff;
    private long pass;
    private long hits;
    private long hitBytes;
    private long misses;
    private long overflows;
    private long savedBytes;
    private long costNanos;

    DeltaPages(MainStream stream, PageSize pageSize, long cacheBytes, NanoClock clock) throws IOException {
        this.stream = stream;
        this.writer = stream.writer();
        this.clock = clock;
        this.pageBytes = pageSize.bytes();
        this.encoder = new XbzrleEncoder(pageSize);
        this.cache = new PageCache(pageSize, cacheBytes);
        this.snapshot = arena.allocate(pageBytes, ALIGNMENT_BYTES);
        this.delta = arena.allocate(pageBytes, ALIGNMENT_BYTES);
        this.zeros = arena.allocate(pageBytes, ALIGNMENT_BYTES);
        long windowPages = Math.max(WINDOW_PAGES_MIN, (long) WINDOW_CACHES * cache.slots());
        this.payoff = new Payoff(windowPages, clock.nanoTime(), 0);
    }

    void passBegins(long dirtySyncCount) {
        pass = dirtySyncCount;
    }

    /** A page was sent as one byte. */
    void duplicatePage(long page, int fillByte) {
        if (fillByte == 0 && pass > 1 && payoff.isOn() && cache.claim(page, pass)) {
            MemorySegment.copy(zeros, 0, cache.content(), cache.offsetBytes(page), pageBytes);
        } else {
            cache.forget(page);
        }
    }

    /**
     * Sends a page that is not one byte repeated.
     *
     * @return true if it travelled whole
     */
    boolean normalPage(RamBlock block, long page, long offsetBytes) {
        if (pass <= 1 || !payoff.isOn()) {
            sendPast(block, page, offsetBytes);
            return true;
        }
        long startNanos = clock.nanoTime();
        long before = writer.remaining();
        boolean whole = cache.holds(page) ? sendHit(block, page, offsetBytes) : sendMiss(block, page, offsetBytes);
        long endNanos = clock.nanoTime();
        long saved = whole ? 0 : writer.normalPageBytes(block) - (before - writer.remaining());
        savedBytes += saved;
        costNanos += endNanos - startNanos;
        payoff.tried(endNanos - startNanos, saved, endNanos, stream.drainedBytes());
        return whole;
    }

    private void sendPast(RamBlock block, long page, long offsetBytes) {
        cache.forget(page);
        writer.normalPage(block, offsetBytes);
        if (pass > 1) {
            payoff.skipped(clock.nanoTime(), stream.drainedBytes());
        }
    }

    private boolean sendMiss(RamBlock block, long page, long offsetBytes) {
        misses++;
        if (!cache.claim(page, pass)) {
            writer.normalPage(block, offsetBytes);
            return true;
        }
        long at = cache.offsetBytes(page);
        MemorySegment.copy(block.segment(), offsetBytes, cache.content(), at, pageBytes);
        writer.normalPage(block, offsetBytes, cache.content(), at);
        return true;
    }

    private boolean sendHit(RamBlock block, long page, long offsetBytes) {
        hits++;
        cache.touch(page, pass);
        long at = cache.offsetBytes(page);
        MemorySegment.copy(block.segment(), offsetBytes, snapshot, 0, pageBytes);
        int deltaBytes = encoder.encode(cache.content(), at, snapshot, 0, delta, 0);
        if (deltaBytes == XbzrleEncoder.UNCHANGED) {
            return false;
        }
        MemorySegment.copy(snapshot, 0, cache.content(), at, pageBytes);
        int recordBytes = writer.deltaPageBytes(block, Math.max(0, deltaBytes));
        if (deltaBytes == XbzrleEncoder.OVERFLOW || recordBytes >= writer.normalPageBytes(block)) {
            overflows++;
            hitBytes += pageBytes;
            writer.normalPage(block, offsetBytes, snapshot, 0);
            return true;
        }
        hitBytes += recordBytes;
        writer.deltaPage(block, offsetBytes, delta, deltaBytes);
        return false;
    }

    XbzrleStatistics statistics() {
        return new XbzrleStatistics(
                cache.sizeBytes(),
                hitBytes,
                hits,
                misses,
                overflows,
                pageBytes,
                savedBytes,
                costNanos,
                payoff.timesOff());
    }

    @Override
    public void close() {
        arena.close();
        cache.close();
    }
}
