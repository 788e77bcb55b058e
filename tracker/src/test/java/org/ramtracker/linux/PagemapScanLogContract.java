package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.DirtyLogContract;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** The contract for PAGEMAP_SCAN, over memory of several kinds; the writes are plain stores that nobody marks. */
abstract class PagemapScanLogContract extends DirtyLogContract {
    private PagemapScanLog log;

    @BeforeAll
    static void needsPagemapScan() {
        Needs.available("PAGEMAP_SCAN", PagemapScanLog.probe());
    }

    @Override
    protected DirtyLog open(GuestMemory memory) throws IOException {
        log = PagemapScanLog.open(memory, regionsMax());
        return log;
    }

    /** Room in the answer to one request; few of them make it full. */
    int regionsMax() {
        return 4096;
    }

    @Override
    protected void write(RamBlock block, long offsetBytes, long value) {
        block.segment().set(JAVA_LONG, offsetBytes, value);
    }

    @Override
    protected void close() {
        log.close();
    }
}
