package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

final class DirtyRoundTest {
    private GuestMemory memory;
    private DirtyBitmap marks;
    private DirtyRound round;

    @BeforeEach
    void open() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 3 * 4096, new Backing.Anonymous())
                .block("high", 1 << 20, 100 * 4096, new Backing.Anonymous())
                .build();
        marks = new DirtyBitmap(memory.pages());
        round = new DirtyRound(memory, new DirtyBitmapLog(marks));
    }

    @AfterEach
    void free() {
        round.close();
        marks.close();
        memory.close();
    }

    @Test
    void everyPageMeansThoseOfBlocksAndNotTheIndicesBetween() {
        round.addEveryPage();
        assertThat(round.pending().count()).isEqualTo(103);
        assertThat(round.pending().contains(3)).isFalse();
        assertThat(round.pending().contains(64)).isTrue();
    }

    @Test
    void committedPagesAreForgotten() {
        round.addEveryPage();
        round.take(0, 3);
        round.commit();
        round.putBack();
        assertThat(round.pending().count()).isEqualTo(100);
    }

    @Test
    void pagesThatDidNotArriveArePendingAgain() {
        round.addEveryPage();
        round.take(0, 2);
        round.take(70, 10);
        assertThat(round.pending().count()).isEqualTo(91);
        round.putBack();
        assertThat(round.pending().count()).isEqualTo(103);
    }

    @Test
    void pageWrittenWhileItIsTakenIsPendingAgainWhetherItArrivesOrNot() {
        marks.mark(1);
        round.collect();
        round.take(1, 1);
        marks.mark(1);
        assertThat(round.collect()).isOne();
        round.commit();
        assertThat(round.pending().contains(1)).isTrue();
        round.take(1, 1);
        round.putBack();
        assertThat(round.pending().contains(1)).isTrue();
        assertThat(round.pending().count()).isOne();
    }

    @Test
    void puttingBackTwiceChangesNothing() {
        round.addEveryPage();
        round.take(0, 3);
        round.putBack();
        round.putBack();
        assertThat(round.pending().count()).isEqualTo(103);
    }

    @Test
    void takingWhatIsNotPendingIsAMistakeThatLosesNothing() {
        marks.mark(1);
        round.collect();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> round.take(0, 3))
                .withMessageContaining("took 3 pages from 0, 1 were pending");
        round.putBack();
        assertThat(round.pending().contains(1)).isTrue();
    }

    @Test
    void takingPagesThatDoNotExistChangesNothing() {
        round.addEveryPage();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> round.take(memory.pages() - 1, 2));
        assertThat(round.pending().count()).isEqualTo(103);
        round.putBack();
        assertThat(round.pending().count()).isEqualTo(103);
    }

    @Test
    void logThatFailsInTheMiddleLosesNeitherWhatItFetchedNorWhatItKept() {
        FailingLog failing = new FailingLog();
        try (DirtyRound failed = new DirtyRound(memory, failing)) {
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(failed::collect);
            assertThat(failed.pending().count()).isEqualTo(3);
            failing.works = true;
            assertThat(failed.collect()).isEqualTo(100);
            assertThat(failed.pending().count()).isEqualTo(103);
        }
    }

    /** Fetches the first block's pages and fails at the second one's, as a log that asks the kernel block by block may. */
    private static final class FailingLog implements DirtyLog {
        private boolean works;

        @Override
        public void start() {}

        @Override
        public long sync(PageBitmap pending) {
            if (!works) {
                pending.add(0, 3);
                throw new UncheckedIOException(new IOException("block high: EBADF"));
            }
            return pending.add(64, 100);
        }

        @Override
        public void stop() {}
    }
}
