package org.ramtracker.live;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.stream.MultifdPacketDescriptor;

/**
 * Tells the zero pages of a packet from the others.
 *
 * <p>The first word of a page that nobody has looked at lately is not in the cache, and most pages that are not zero are known by
 * it. So the first words of all pages are loaded before any is judged: nothing depends on them, and the processor waits for
 * many of them at a time instead of for one after the other.
 *
 * <p>The guest may write meanwhile, as during any look ({@link StreamRamSink}): the words are loaded after the dirty bits of their pages
 * were taken, so a store that is missed here is marked later. A word that was not zero sends its page whole, which is never wrong,
 * and a zero word decides nothing.
 *
 * <p>Threads: one, the channel's. Nothing allocates.
 */
final class PacketLook {
    private final PageClassifier classifier;
    private final long[] firstWords;

    PacketLook(PageSize pageSize) {
        this.classifier = new PageClassifier(pageSize, DuplicateBytes.ZERO);
        this.firstWords = new long[MultifdPacketDescriptor.pagesMax(pageSize)];
    }

    /** Looks at the first words of a packet's pages. */
    void begin(WorkPacket packet, RamBlock block) {
        MemorySegment segment = block.segment();
        for (int i = 0; i < packet.pages(); i++) {
            firstWords[i] = segment.get(JAVA_LONG, packet.offsetBytes(i));
        }
    }

    /** Whether a page of the packet that {@link #begin} looked at is zero; all of its bytes are looked at now. */
    boolean isZero(int index, WorkPacket packet, RamBlock block) {
        return firstWords[index] == 0
                && classifier.classify(block.segment(), packet.offsetBytes(index)) != PageClassifier.NORMAL;
    }
}
