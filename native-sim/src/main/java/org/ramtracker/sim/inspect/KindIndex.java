package org.ramtracker.sim.inspect;

import org.ramtracker.stream.PageKind;

/** Places of the kinds of page in tables. */
final class KindIndex {
    static final int COUNT = 3;

    private KindIndex() {}

    static int of(PageKind kind) {
        return switch (kind) {
            case DUPLICATE -> 0;
            case NORMAL -> 1;
            case XBZRLE -> 2;
        };
    }
}
