package org.ramtracker.scan;

/** Which pages of one repeated byte are sent as that byte alone. */
public enum DuplicateBytes {
    /** Only zero pages: all that QEMU 8.2 and later accept. */
    ZERO,
    /** Pages filled with any byte, as QEMU 0.14 to 1.4 sent them. */
    ANY
}
