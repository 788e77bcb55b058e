package org.ramtracker.live;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ramtracker.memory.RamBlock;

/**
 * How pages get to the destination: in the main stream, or on channels beside it. Threads: one, the agent's. Nothing waits.
 */
interface PagePath {
    /** Begins, when the main stream is open and before anything is written to it. */
    void open() throws IOException;

    /** Writes what the START section of RAM holds besides the block list, into that section. */
    default void writeIntoStart() {}

    /** See {@link org.ramtracker.migrate.RamSink#passBegins}. */
    void passBegins(long dirtySyncCount);

    /** See {@link org.ramtracker.migrate.RamSink#offer}. */
    long offer(RamBlock block, long firstPage, long pageCount) throws IOException;

    /** Sends on what was taken and waits to become more; true if nothing is left to go. */
    boolean flush() throws IOException;

    /** No page comes any more: true when what has to come before the END section is on its way. Polled. */
    boolean finish() throws IOException;

    /** Writes what the END section of RAM holds, into that section. */
    default void writeIntoEnd() {}

    /** Room that {@link #writeIntoStart} or {@link #writeIntoEnd} needs. */
    default int sectionBytes() {
        return 0;
    }

    /** Notices what went wrong elsewhere, whenever the main stream is polled. */
    default void poll() throws IOException {}

    /** Bytes that left beside the main stream. */
    default long transferredBytes() {
        return 0;
    }

    /** See {@link org.ramtracker.migrate.RamSink#committedBytes}. */
    long committedBytes();

    /** See {@link org.ramtracker.migrate.RamSink#inFlightBytes}. */
    long inFlightBytes();

    /** See {@link org.ramtracker.migrate.RamSink#onItsWayBytes}. */
    long onItsWayBytes();

    long normalPages();

    long duplicatePages();

    long scanNanos();

    /** What XBZRLE did, if it is on. */
    default Optional<XbzrleStatistics> xbzrle() {
        return Optional.empty();
    }

    /** What each channel did. */
    default List<ChannelStatistics> channels() {
        return List.of();
    }

    /** Ends in good order, and releases what it holds. */
    void close();

    /** Ends so that the destination notices a failure. When it returns, nothing reads guest memory. Never throws. */
    void abort();
}
