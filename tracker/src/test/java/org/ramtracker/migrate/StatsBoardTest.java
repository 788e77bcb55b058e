package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

class StatsBoardTest {
    private static final long PUBLICATIONS = 200_000;

    @Test
    void readerNeverSeesFiguresOfTwoPublications() throws InterruptedException {
        StatsBoard board = new StatsBoard(null);
        AtomicBoolean over = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (long i = 1; i <= PUBLICATIONS; i++) {
                board.set(MigrationCounter.TOTAL_TIME, i);
                board.set(MigrationCounter.REMAINING, -i);
                board.set(MigrationCounter.DOWNTIME, 3 * i);
                board.publish();
            }
            over.set(true);
        });
        while (!over.get()) {
            MigrationStats stats = board.read();
            assertThat(stats.remainingBytes()).isEqualTo(-stats.elapsedNanos());
            assertThat(stats.downtimeNanos()).isEqualTo(3 * stats.elapsedNanos());
        }
        writer.join();
        assertThat(board.read().elapsedNanos()).isEqualTo(PUBLICATIONS);
    }

    @Test
    void everyFigureHasACounterUnderQemusName() {
        CountersManager manager = new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(32 * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(32 * CountersReader.COUNTER_LENGTH)));
        try (MigrationCounters counters = new MigrationCounters(manager)) {
            StatsBoard board = new StatsBoard(counters);
            for (MigrationCounter counter : MigrationCounter.values()) {
                board.set(counter, 1000 + counter.slot());
            }
            board.publish();
            Map<String, Long> shown = new HashMap<>();
            manager.forEach((value, id, label) -> shown.put(label + manager.getCounterTypeId(id), value));
            for (MigrationCounter counter : MigrationCounter.values()) {
                assertThat(shown).containsEntry(counter.label() + counter.typeId(), 1000L + counter.slot());
            }
            assertThat(manager.available()).isEqualTo(32 - MigrationCounter.COUNT);
        }
        assertThat(manager.available()).isEqualTo(32);
    }
}
