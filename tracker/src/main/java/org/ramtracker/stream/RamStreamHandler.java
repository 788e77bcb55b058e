package org.ramtracker.stream;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;

/**
 * What a {@link RamStreamReader} asks and tells while it loads a stream, in the order of the stream. Names and numbers have
 * been checked as far as the stream alone allows.
 *
 * <p>Threads: called on the thread that reads. Errors: a {@link RefusedException} stops reading with an error that says where
 * in the stream this was; any other exception passes through.
 */
public interface RamStreamHandler {
    /**
     * The configuration. Not called for machine types before 2.4, which have none.
     *
     * @param configuration what it says
     * @throws IOException to stop
     */
    default void configuration(StreamConfiguration configuration) throws IOException {}

    /**
     * A command. Codes that nobody knows are told too.
     *
     * @param command the command
     * @throws IOException to stop
     */
    default void command(StreamCommand command) throws IOException {}

    /**
     * A section begins.
     *
     * @param section its header
     * @throws IOException to stop
     */
    default void sectionBegins(SectionHeader section) throws IOException {}

    /**
     * A section has been read, its footer included.
     *
     * @param section its header
     * @param endOffsetBytes offset in the stream of the first byte after it
     * @throws IOException to stop
     */
    default void sectionEnds(SectionHeader section, long endOffsetBytes) throws IOException {}

    /**
     * A block list, which may come several times and need not name every block. Afterwards {@link #resolve} has to know every
     * block in it.
     *
     * @param totalBytes sum of the used lengths
     * @param blocks its entries, at least one, no name twice
     * @throws IOException to stop, for instance a {@link RefusedException} for a block of another length
     */
    void blockList(long totalBytes, List<BlockEntry> blocks) throws IOException;

    /**
     * The memory of a block. Asked once a name.
     *
     * @param idstr the name
     * @return the block, into which pages are loaded, or null if there is none of this name
     * @throws IOException to stop
     */
    @Nullable
    RamBlock resolve(String idstr) throws IOException;

    /**
     * Pages are about to be written to memory, as deltas or whole. Whoever populates memory does it now.
     *
     * @param block their block
     * @param offsetBytes offset of the first one in the block
     * @param lengthBytes length of all of them, which follow each other in the block
     * @throws IOException to stop
     */
    default void pagesArrive(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {}

    /**
     * Whether a page is known to be zero, so that a zero page that arrives needs not even to be compared with it: looking at
     * memory that was never touched faults it in.
     *
     * @param block its block
     * @param offsetBytes its offset in the block
     * @return false if it may be anything
     */
    default boolean isStillZero(RamBlock block, long offsetBytes) {
        return false;
    }

    /**
     * A page is now in memory.
     *
     * @param block its block
     * @param offsetBytes its offset in the block
     * @param kind how it travelled
     * @param wireBytes length of the record
     * @throws IOException to stop
     */
    default void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) throws IOException {}

    /**
     * A synchronisation point of a multifd migration, in the body of a RAM section: every page channel has to be read up to its
     * next SYNC before this stream is read on.
     *
     * @throws IOException to stop; by default a {@link RefusedException}, because most of the pages then travel on channels
     *     that nobody here reads
     */
    default void multifdFlush() throws IOException {
        throw new RefusedException(
                "a multifd synchronisation point, but no page channels are read here: the pages of this"
                        + " migration travel on other connections");
    }

    /**
     * The body of a section that is not RAM. The stream does not tell its length.
     *
     * @param section its header
     * @param body where to read it from, up to its last byte
     * @return true if the body was consumed; false if the device is not known and nothing was read, which ends the reading
     *     with {@link StreamOutcome#STOPPED_AT_DEVICE}
     * @throws IOException to stop
     */
    default boolean deviceSection(SectionHeader section, SectionBody body) throws IOException {
        return false;
    }

    /**
     * The end of the stream proper.
     *
     * @param offsetBytes offset of the EOF byte
     * @throws IOException to stop
     */
    default void endOfStream(long offsetBytes) throws IOException {}

    /**
     * The description after the end. Streams of machine types before 2.3 have none.
     *
     * @param offsetBytes offset of its type byte
     * @param json the text, not parsed
     * @throws IOException to stop
     */
    default void vmDescription(long offsetBytes, String json) throws IOException {}
}
