package org.ramtracker.stream;

/** How a page travelled. */
public enum PageKind {
    /** As one byte, which fills it (the ZERO record). */
    DUPLICATE,
    /** Whole (the PAGE record). */
    NORMAL,
    /** As a delta against its previous content. */
    XBZRLE
}
