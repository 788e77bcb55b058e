package org.ramtracker.linux;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.linux.KvmDirtyLog.Clearing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

final class KvmDirtyLogTest {
    abstract static class Contract extends KvmLogContract {
        private final Clearing clearing;
        private KvmDirtyLog log;

        Contract(Clearing clearing) {
            this.clearing = clearing;
        }

        long chunkPages() {
            return KvmDirtyLog.CHUNK_PAGES;
        }

        @Override
        protected DirtyLog open(GuestMemory memory) {
            log = KvmDirtyLog.open(vm().slots(), clearing, chunkPages());
            return log;
        }

        @Override
        protected void close() {
            log.close();
        }
    }

    @BeforeAll
    static void needsKvm() {
        Needs.available("KVM's log", KvmDirtyLog.probe(Clearing.BY_GET));
        Needs.available("KVM's log with manual protection", KvmDirtyLog.probe(Clearing.BY_CLEAR));
    }

    @Nested
    final class ProtectedByGet extends Contract {
        ProtectedByGet() {
            super(Clearing.BY_GET);
        }
    }

    @Nested
    final class ProtectedByClear extends Contract {
        ProtectedByClear() {
            super(Clearing.BY_CLEAR);
        }
    }

    @Nested
    final class ClearedInSmallChunks extends Contract {
        ClearedInSmallChunks() {
            super(Clearing.BY_CLEAR);
        }

        @Override
        long chunkPages() {
            return 128;
        }
    }

    @Nested
    final class GuestPagesOf64KiB extends Contract {
        GuestPagesOf64KiB() {
            super(Clearing.BY_CLEAR);
        }

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
