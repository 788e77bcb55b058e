package org.ramtracker.linux;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.DirtyBitmapLog;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.dirty.UnionDirtyLog;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** The contract for what a VMM has: vCPUs whose writes KVM logs, and devices that mark theirs. */
final class VmmLogTest extends KvmLogContract {
    private DirtyBitmap deviceMarks;
    private KvmDirtyLog vcpuWrites;
    private UnionDirtyLog union;

    @BeforeAll
    static void needsKvm() {
        Needs.available("KVM's log with manual protection", KvmDirtyLog.probe(Clearing.BY_CLEAR));
    }

    @Override
    protected DirtyLog open(GuestMemory memory) throws IOException {
        deviceMarks = new DirtyBitmap(memory.pages());
        vcpuWrites = KvmDirtyLog.open(vm().slots(), Clearing.BY_CLEAR);
        union = new UnionDirtyLog(memory.pages(), List.of(vcpuWrites, new DirtyBitmapLog(deviceMarks)));
        return union;
    }

    @Override
    protected void write(RamBlock block, long offsetBytes, long value) {
        if ((value & 1) == 0) {
            super.write(block, offsetBytes, value);
        } else {
            new TrackedWriter(deviceMarks).putLong(block, offsetBytes, value);
        }
    }

    @Override
    protected void close() {
        vcpuWrites.close();
        deviceMarks.close();
        union.close();
    }

    @Override
    protected boolean writableWhenClosed() {
        return false;
    }
}
