package org.ramtracker.migrate;

import java.util.Map;

/**
 * A migration at one moment, by value; what a policy judges and what {@code query-migrate} shows. Rates are 0 until they
 * were measured.
 *
 * @param status where it is
 * @param elapsedNanos since it began; after the end, {@code total-time}
 * @param setupNanos {@code setup-time}
 * @param dirtySyncCount {@code dirty-sync-count}: syncs of the log so far, the number of the pass
 * @param transferredBytes {@code transferred}: bytes on the wire, overhead included
 * @param passTransferredBytes those of this pass
 * @param passNanos duration of this pass so far, its sync not included
 * @param syncNanos duration of the last sync
 * @param remainingBytes {@code remaining}: dirty pages still to send, in bytes of guest memory
 * @param totalBytes {@code total}: guest RAM
 * @param pageSizeBytes {@code page-size}
 * @param normalPages {@code normal}: pages sent whole
 * @param duplicatePages {@code duplicate}: pages sent as one byte
 * @param lastSyncDirtyPages pages found dirty by the last sync
 * @param dirtyPagesPerSecond {@code dirty-pages-rate}
 * @param wireBytesPerSecond bandwidth while sending: time for syncing left out, and for looking at pages that saved their bytes
 * @param effectiveBytesPerSecond bandwidth with everything counted
 * @param downtimeLimitNanos {@code downtime-limit} in force, which rules may have raised
 * @param expectedDowntimeNanos {@code expected-downtime}: what remains and is in flight over the bandwidth, and
 *     {@code switchoverCostNanos}; at the end, what was expected when the switchover began; {@link #UNKNOWN_NANOS} until a bandwidth is known
 * @param downtimeNanos {@code downtime}: from the request to pause until the destination confirmed; 0 until then
 * @param switchoverCostNanos fixed cost of a switchover: {@link SwitchoverCost} where one was measured, else the last sync's time
 * @param throttlePercent {@code cpu-throttle-percentage}: the guest's throttle, 0 = none
 * @param dirtyPeriods periods of more than a second, from sync to sync, that are over
 * @param periodDirtyPages pages that the syncs of the last such period found
 * @param periodTransferredBytes bytes on the wire in the last such period
 * @param inFlightBytes bytes that the sink took and that are still on their way: {@link RamSink#inFlightBytes}
 */
public record MigrationStats(
        MigrationStatus status,
        long elapsedNanos,
        long setupNanos,
        long dirtySyncCount,
        long transferredBytes,
        long passTransferredBytes,
        long passNanos,
        long syncNanos,
        long remainingBytes,
        long totalBytes,
        int pageSizeBytes,
        long normalPages,
        long duplicatePages,
        long lastSyncDirtyPages,
        long dirtyPagesPerSecond,
        long wireBytesPerSecond,
        long effectiveBytesPerSecond,
        long downtimeLimitNanos,
        long expectedDowntimeNanos,
        long downtimeNanos,
        long switchoverCostNanos,
        int throttlePercent,
        long dirtyPeriods,
        long periodDirtyPages,
        long periodTransferredBytes,
        long inFlightBytes) {
    /** An expected downtime that nothing is known about yet. */
    public static final long UNKNOWN_NANOS = Long.MAX_VALUE;

    /** From values in the order of {@link MigrationCounter}, which is that of the components. */
    static MigrationStats of(long[] v) {
        return new MigrationStats(
                MigrationStatus.ofCode(v[0]),
                v[1],
                v[2],
                v[3],
                v[4],
                v[5],
                v[6],
                v[7],
                v[8],
                v[9],
                (int) v[10],
                v[11],
                v[12],
                v[13],
                v[14],
                v[15],
                v[16],
                v[17],
                v[18],
                v[19],
                v[20],
                (int) v[21],
                v[22],
                v[23],
                v[24],
                v[25]);
    }

    /**
     * {@code mbps}: the mean rate since the set-up, as QEMU gives it at the end.
     *
     * @return 10^6 bits a second, with two decimals; 0 before anything was sent
     */
    public double megabitsPerSecond() {
        long nanos = elapsedNanos - setupNanos;
        return nanos <= 0 ? 0 : Math.round(transferredBytes * 8e5 / nanos) / 100.0;
    }

    /**
     * {@code pages-per-second}: the mean since the set-up of pages that travelled, whole or as one byte.
     *
     * @return pages; 0 before anything was sent
     */
    public long pagesPerSecond() {
        long nanos = elapsedNanos - setupNanos;
        return nanos <= 0 ? 0 : Math.round((normalPages + duplicatePages) * 1e9 / nanos);
    }

    /**
     * Statistics made by hand: of a migration that did not begin, in a test, in a model.
     *
     * @param figures values in the units of {@link MigrationCounter}; what is not there is 0
     * @return the statistics
     * @throws IndexOutOfBoundsException if there is no status of that code
     */
    public static MigrationStats of(Map<MigrationCounter, Long> figures) {
        long[] values = new long[MigrationCounter.COUNT];
        figures.forEach((counter, value) -> values[counter.slot()] = value);
        return of(values);
    }
}
