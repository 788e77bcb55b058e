package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.migrate.MigrationParameters;

class GuestWritesTest {
    private static final long PAGES = 1000;
    private static final long EPOCH_NANOS = MadeHistory.EPOCH_NANOS;

    private final VirtualClock clock = new VirtualClock();

    private PageKindTable allZero(long startNanos) {
        MadeHistory history = new MadeHistory(PAGES, EPOCH_NANOS)
                .epoch(100, 50)
                .epoch(300, 10)
                .epoch(900, 5);
        ForecastRequest request = ForecastRequest.of(history, MigrationParameters.of(0, 1), LinkModel.of(1))
                .withStart(startNanos);
        try (PageBitmap zero = new PageBitmap(PAGES)) {
            zero.add(0, PAGES);
            return new PageKindTable(zero, new GuestWrites(request, new ReplayedGuest(clock, 1, 0)));
        }
    }

    @Test
    void pageWrittenBeforeItIsLookedAtIsZeroNoMoreThoughNoSyncHasFoundIt() {
        PageKindTable kinds = allZero(0);
        assertThat(kinds.duplicatesIn(0, PAGES)).isEqualTo(PAGES);

        clock.advance(EPOCH_NANOS / 2 - 1);
        assertThat(kinds.duplicatesIn(0, PAGES)).isEqualTo(PAGES);
        clock.advance(1);
        assertThat(kinds.duplicatesIn(0, PAGES)).isEqualTo(PAGES - 50);
        assertThat(kinds.duplicatesIn(100, 50)).isZero();
        clock.advance(EPOCH_NANOS);
        assertThat(kinds.duplicatesIn(0, PAGES)).isEqualTo(PAGES - 60);
        clock.advance(100 * EPOCH_NANOS); // the history begins again, with nothing new
        assertThat(kinds.duplicatesIn(0, PAGES)).isEqualTo(PAGES - 65);
    }

    @Test
    void whatWasWrittenBeforeTheMigrationBeganCounts() {
        assertThat(allZero(2 * EPOCH_NANOS).duplicatesIn(0, PAGES)).isEqualTo(PAGES - 60);
    }
}
