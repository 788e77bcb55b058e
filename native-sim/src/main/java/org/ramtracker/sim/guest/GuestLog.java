package org.ramtracker.sim.guest;

import java.io.IOException;
import java.util.List;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.UnionDirtyLog;
import org.ramtracker.linux.PagemapScanLog;
import org.ramtracker.linux.Probe;
import org.ramtracker.memory.GuestMemory;

/**
 * A dirty log and how to end it.
 *
 * @param log sees every write of its guest
 * @param ending frees what the log holds; once, and before the guest's memory and vCPUs are closed
 */
record GuestLog(DirtyLog log, Runnable ending) {
    /** Marks that the guest makes itself. */
    static GuestLog ofMarks(DirtyBitmap marks) {
        return new GuestLog(new DirtyBitmapLog(marks), () -> {});
    }

    /**
     * The kernel's log of writes to the memory by anybody in this process.
     *
     * @throws IOException with the reason in words if this host has none
     */
    static GuestLog ofPagemap(GuestMemory memory) throws IOException {
        Probe probe = PagemapScanLog.probe();
        if (!probe.available()) {
            throw new IOException("this host has no dirty log pagemap: " + probe.detail());
        }
        PagemapScanLog log = PagemapScanLog.open(memory);
        return new GuestLog(log, log::close);
    }

    /** A log that sees what vCPUs write, with marks for what the machine writes. */
    static GuestLog united(DirtyLog vcpus, Runnable ending, DirtyBitmap marks) {
        UnionDirtyLog union = new UnionDirtyLog(marks.pages(), List.of(vcpus, new DirtyBitmapLog(marks)));
        return new GuestLog(union, () -> {
            union.close();
            ending.run();
        });
    }
}
