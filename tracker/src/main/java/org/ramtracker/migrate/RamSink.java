package org.ramtracker.migrate;

import java.io.IOException;
import org.ramtracker.memory.RamBlock;

/**
 * Where the pages go: a stream on a socket or in a file, or a model of a link. Everything is polled: no method waits for the
 * link, so that the agent's slices stay bounded and a cancel is seen even when the receiver has stalled.
 *
 * <pre>
 *   open ; pages* ; ( device state ; finished? )* ; commit
 *   begin()=false* begin()=true  offer()*  finish()=false* finish()=true  commit()=false* commit()=true  close()
 *                                       \------------ abort() at any point ------------/
 * </pre>
 *
 * <p>Threads: one, the agent's. Errors: an {@link IOException} means that the destination is lost; the agent puts the dirty
 * bits back, calls {@link #abort} and lets the guest go on.
 */
public interface RamSink {
    /** What {@link #offer} answers when the link takes nothing now: try again in a later slice. */
    long BACK_PRESSURED = 0;

    /**
     * Sends what comes before the first page (header, block list).
     *
     * @return true when it has been accepted, false to be called again
     * @throws IOException if the destination is lost
     */
    boolean begin() throws IOException;

    /**
     * A pass begins: pages that are offered from now on may have been offered before. A sink that sends pages on several ways
     * has to see to it that the older version of a page does not arrive after the newer one. Nothing is sent during the call.
     *
     * @param dirtySyncCount number of the pass, 1 for the first
     */
    default void passBegins(long dirtySyncCount) {}

    /**
     * Offers a run of pages of one block. The sink reads their bytes during the call or later, but not after {@link #finish}
     * has answered true or {@link #abort} has returned. Reading later loses nothing: the dirty bits were taken before the
     * call, so that a page which is written afterwards is marked again, whether the store came before or after the read. Within
     * a pass no page is offered twice.
     *
     * @param block the block
     * @param firstPage first page, in the page space of the memory
     * @param pageCount how many, at least 1
     * @return how many were taken, counted from {@code firstPage}; {@link #BACK_PRESSURED} if none
     * @throws IOException if the destination is lost; then none of these pages counts as taken
     */
    long offer(RamBlock block, long firstPage, long pageCount) throws IOException;

    /**
     * Pushes out what was taken and not yet sent, as far as the link lets it.
     *
     * @return true if nothing is left
     * @throws IOException if the destination is lost
     */
    boolean flush() throws IOException;

    /**
     * The guest is paused and every page was taken: sends the end of RAM, the device state and the trailer, and waits for
     * the destination's word that it loaded everything.
     *
     * @return true when the destination has confirmed, false to be called again
     * @throws IOException if the destination is lost or refused
     */
    boolean finish() throws IOException;

    /**
     * Tells the destination that the source has given the guest up and will never run it again. After the first call the
     * source must not resume the guest, whatever happens.
     *
     * @return true when the message has left, false to be called again
     * @throws IOException if the destination is lost; the guest then exists at the destination only
     */
    boolean commit() throws IOException;

    /** Gives up: the destination must not run the guest, and nothing half-written stays behind. Never throws. */
    void abort();

    /**
     * Whether the destination has said its first word. One that accepts connections and reads nothing yet, because it still prepares
     * itself, may not read for a long time. Until then pages are sent as far as the link takes them, but the guest is not stopped,
     * whatever a rule says and whatever bandwidth the operator promised.
     *
     * @return true once it has, and for a sink whose destination cannot answer
     */
    default boolean isAnswered() {
        return true;
    }

    /**
     * Bytes that left for the destination so far, all overhead included.
     *
     * @return bytes, never decreasing
     */
    long transferredBytes();

    /**
     * What counts against the bandwidth limit so far: the bytes that left, and the most that pages can become which were taken
     * and have not left.
     *
     * @return bytes; {@link #transferredBytes} for a sink in which nothing waits
     */
    default long committedBytes() {
        return transferredBytes();
    }

    /**
     * What was taken and is still on its way, as far as the sink can know: pages that wait to be sent, encoded bytes that wait
     * for the link, and, where the link tells, bytes that have not arrived. They are no longer dirty, yet a guest that is
     * paused now stands still until they are through, because the last pages queue behind them: so the expected downtime counts
     * them like pages that remain. QEMU ends each pass with a flush of its channels instead and counts nothing; here the pass
     * that follows need not wait, and the moment of the switchover is judged by what it has to wait for.
     *
     * @return bytes; 0 for a sink in which nothing waits
     */
    default long inFlightBytes() {
        return committedBytes() - transferredBytes();
    }

    /**
     * Of {@link #transferredBytes}, what is not known to have arrived: it fills buffers on the way.
     *
     * @return bytes; 0 for a sink that cannot know
     */
    default long onItsWayBytes() {
        return 0;
    }

    /**
     * Pages taken so far that travelled whole.
     *
     * @return pages
     */
    long normalPages();

    /**
     * Pages taken so far that travelled as one byte.
     *
     * @return pages
     */
    long duplicatePages();

    /**
     * Time spent so far on looking at pages rather than sending them.
     *
     * @return nanoseconds, never decreasing; 0 for a sink that does not know
     */
    long scanNanos();
}
