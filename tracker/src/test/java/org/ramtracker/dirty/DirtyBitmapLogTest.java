package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

final class DirtyBitmapLogTest extends DirtyLogContract {
    private DirtyBitmap marks;
    private TrackedWriter writer;

    @Override
    protected DirtyLog open(GuestMemory memory) {
        marks = new DirtyBitmap(memory.pages());
        writer = new TrackedWriter(marks);
        return new DirtyBitmapLog(marks);
    }

    @Override
    protected void write(RamBlock block, long offsetBytes, long value) {
        writer.putLong(block, offsetBytes, value);
    }

    @Override
    protected void close() {
        marks.close();
    }

    @Override
    protected boolean writableWhenClosed() {
        return false;
    }

    @Test
    void marksMadeBeforeTheStartAreKept() {
        try (DirtyBitmap early = new DirtyBitmap(64);
                PageBitmap pending = new PageBitmap(64)) {
            early.mark(7);
            DirtyBitmapLog log = new DirtyBitmapLog(early);
            log.start();
            assertThat(log.sync(pending)).isOne();
        }
    }
}
