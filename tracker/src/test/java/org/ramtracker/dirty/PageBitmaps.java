package org.ramtracker.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.BitSet;

/** Compares sets of pages with their model. */
final class PageBitmaps {
    private PageBitmaps() {}

    static void assertSame(PageBitmap actual, BitSet expected, String where) {
        assertThat(BitSet.valueOf(actual.words().toArray(ValueLayout.JAVA_LONG)))
                .as(where)
                .isEqualTo(expected);
        assertThat(actual.count()).as(where).isEqualTo(expected.cardinality());
    }
}
