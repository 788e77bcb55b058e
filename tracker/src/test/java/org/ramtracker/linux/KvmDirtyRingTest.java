package org.ramtracker.linux;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

final class KvmDirtyRingTest {
    abstract static class Contract extends KvmLogContract {
        private KvmDirtyRing log;

        @Override
        int ringEntries() {
            return 4096;
        }

        @Override
        protected DirtyLog open(GuestMemory memory) throws IOException {
            log = KvmDirtyRing.open(vm().slots(), ringEntries(), vm().vcpuFds());
            vm().vcpu(0).onRingFull(log::onRingFull);
            vm().vcpu(1).onRingFull(log::onRingFull);
            return log;
        }

        @Override
        protected void close() {
            log.close();
        }
    }

    @BeforeAll
    static void needsRings() {
        Needs.available("KVM's dirty ring", KvmDirtyRing.probe());
    }

    @Nested
    final class RingsWithRoomForAll extends Contract {}

    @Nested
    final class RingsThatGetFull extends Contract {
        @Override
        int ringEntries() {
            return 1024;
        }

        @Override
        protected int highPages() {
            return 2500;
        }
    }

    @Nested
    final class GuestPagesOf64KiB extends Contract {
        @Override
        protected PageSize pageSize() {
            return PageSize.ofBytes(65_536);
        }

        @Override
        protected int highPages() {
            return 150;
        }
    }
}
