package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** The contract over two bitmaps that are marked in turn, and what happens when one of several logs fails. */
final class UnionDirtyLogTest extends DirtyLogContract {
    private DirtyBitmap even;
    private DirtyBitmap odd;
    private UnionDirtyLog union;

    @Override
    protected DirtyLog open(GuestMemory memory) {
        even = new DirtyBitmap(memory.pages());
        odd = new DirtyBitmap(memory.pages());
        union = new UnionDirtyLog(memory.pages(), List.of(new DirtyBitmapLog(even), new DirtyBitmapLog(odd)));
        return union;
    }

    @Override
    protected void write(RamBlock block, long offsetBytes, long value) {
        new TrackedWriter((value & 1) == 0 ? even : odd).putLong(block, offsetBytes, value);
    }

    @Override
    protected void close() {
        even.close();
        odd.close();
        union.close();
    }

    @Override
    protected boolean writableWhenClosed() {
        return false;
    }

    /** A log that reports one page in each sync, and fails when told to. */
    private static final class Fake implements DirtyLog {
        private final long page;
        private final List<String> calls;
        private boolean fails;

        Fake(long page, List<String> calls) {
            this.page = page;
            this.calls = calls;
        }

        private void call(String what) {
            calls.add(what + page);
            if (fails) {
                throw new UncheckedIOException(new IOException(what + " of " + page));
            }
        }

        @Override
        public void start() {
            call("start");
        }

        @Override
        public long sync(PageBitmap pending) {
            call("sync");
            return pending.add(page, 1);
        }

        @Override
        public void stop() {
            call("stop");
        }
    }

    private final List<String> calls = new ArrayList<>();
    private final Fake one = new Fake(1, calls);
    private final Fake two = new Fake(2, calls);
    private final Fake three = new Fake(3, calls);

    private UnionDirtyLog unionOfFakes() {
        return new UnionDirtyLog(64, List.of(one, two, three));
    }

    @Test
    void aLogThatDoesNotStartStopsThoseThatDid() {
        three.fails = true;
        try (UnionDirtyLog log = unionOfFakes()) {
            assertThatThrownBy(log::start).hasMessageContaining("start of 3");
        }
        assertThat(calls).containsExactly("start1", "start2", "start3", "stop2", "stop1");
    }

    @Test
    void allAreStoppedThoughSomeFail() {
        one.fails = true;
        three.fails = true;
        try (UnionDirtyLog log = unionOfFakes()) {
            assertThatThrownBy(log::stop)
                    .hasMessageContaining("stop of 3")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        }
        assertThat(calls).containsExactly("stop3", "stop2", "stop1");
    }

    @Test
    void aLogThatFailsLosesNoPageOfTheOthers() {
        two.fails = true;
        try (UnionDirtyLog log = unionOfFakes();
                PageBitmap pending = new PageBitmap(64)) {
            assertThatThrownBy(() -> log.sync(pending)).hasMessageContaining("sync of 2");
            assertThat(pending.contains(1)).isTrue();
            assertThat(pending.contains(3)).isTrue();
            two.fails = false;
            assertThat(log.sync(pending)).isEqualTo(3);
            assertThat(pending.count()).isEqualTo(3);
        }
    }

    @Test
    void aSetThatCannotTakeThePagesLeavesThemForTheNextSync() {
        try (UnionDirtyLog log = unionOfFakes();
                PageBitmap other = new PageBitmap(32);
                PageBitmap pending = new PageBitmap(64)) {
            assertThatThrownBy(() -> log.sync(other)).isInstanceOf(IllegalArgumentException.class);
            one.fails = true;
            assertThatThrownBy(() -> log.sync(pending)).hasMessageContaining("sync of 1");
            assertThat(pending.count()).isEqualTo(3);
        }
    }

    @Test
    void aPageThatSeveralLogsReportCountsOnce() {
        try (UnionDirtyLog log = new UnionDirtyLog(64, List.of(one, new Fake(1, calls)));
                PageBitmap pending = new PageBitmap(64)) {
            assertThat(log.sync(pending)).isOne();
        }
    }
}
