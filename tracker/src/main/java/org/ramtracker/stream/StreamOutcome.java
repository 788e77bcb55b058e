package org.ramtracker.stream;

/** How reading a stream ended without an error. */
public enum StreamOutcome {
    /** Everything was read, up to and including the description after EOF. */
    COMPLETE,
    /** The handler does not know a device, whose length the stream does not tell: nothing after its header was read. */
    STOPPED_AT_DEVICE
}
