package org.ramtracker.linux;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.PageSize;

final class PagemapScanLogTest {
    @Nested
    final class AnonymousMemory extends PagemapScanLogContract {}

    @Nested
    final class AnswersThatAreFull extends PagemapScanLogContract {
        @Override
        int regionsMax() {
            return 3;
        }
    }

    @Nested
    final class SharedMemory extends PagemapScanLogContract {
        @Override
        protected Backing backing(String idstr) {
            return new Backing.Memfd(idstr);
        }
    }

    @Nested
    final class GuestPagesOf64KiB extends PagemapScanLogContract {
        @Override
        protected PageSize pageSize() {
            return PageSize.ofBytes(65_536);
        }

        @Override
        protected int highPages() {
            return 150;
        }
    }

    @Nested
    final class GuestPagesOf2MiB extends PagemapScanLogContract {
        @Override
        protected PageSize pageSize() {
            return PageSize.MIB_2;
        }

        @Override
        protected int lowPages() {
            return 3;
        }

        @Override
        protected int highPages() {
            return 10;
        }
    }

    @Nested
    final class ReservedHugePages extends PagemapScanLogContract {
        private static final int LOW_PAGES = 5;
        private static final int HIGH_PAGES = 9;

        private HugePages permission;

        /** Before the memory is made, and so not in {@code prepare}. */
        @Override
        protected Backing backing(String idstr) {
            if (permission == null) {
                permission = HugePages.permit(LOW_PAGES + HIGH_PAGES);
            }
            return new Backing.HugePages(idstr);
        }

        @AfterEach
        void endPermission() throws IOException {
            permission.close();
        }

        @Override
        protected PageSize pageSize() {
            return PageSize.MIB_2;
        }

        @Override
        protected int lowPages() {
            return LOW_PAGES;
        }

        @Override
        protected int highPages() {
            return HIGH_PAGES;
        }
    }
}
