package org.ramtracker.live;

import java.io.IOException;
import java.util.List;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.RefusedException;

/** Where the memory of an arriving guest comes from. */
sealed interface MemorySource {
    /** The memory for a block list. Names and lengths are compared by the reader afterwards. */
    GuestMemory memoryFor(PageSize pageSize, long totalBytes, List<BlockEntry> blocks) throws IOException;

    /** Whether a failure closes it. */
    boolean isOurs();

    /** Memory that was there before: the stream has to name every block of it. */
    record Given(GuestMemory memory) implements MemorySource {
        @Override
        public GuestMemory memoryFor(PageSize pageSize, long totalBytes, List<BlockEntry> blocks)
                throws RefusedException {
            if (!memory.pageSize().equals(pageSize)) {
                throw new RefusedException("the stream has pages of %d bytes, the memory here of %d"
                        .formatted(pageSize.bytes(), memory.pageSize().bytes()));
            }
            for (RamBlock block : memory.blocks()) {
                if (blocks.stream().noneMatch(entry -> entry.idstr().equals(block.idstr()))) {
                    throw new RefusedException(
                            "the stream lacks block %s of %d bytes".formatted(block.idstr(), block.usedLengthBytes()));
                }
            }
            return memory;
        }

        @Override
        public boolean isOurs() {
            return false;
        }
    }

    /** Memory that is made for the stream, within a limit. */
    record Created(MemoryFactory factory, long totalBytesMax) implements MemorySource {
        @Override
        public GuestMemory memoryFor(PageSize pageSize, long totalBytes, List<BlockEntry> blocks) throws IOException {
            if (totalBytes > totalBytesMax) {
                throw new RefusedException("the stream wants %d bytes of RAM in %d blocks, the limit here is %d bytes"
                        .formatted(totalBytes, blocks.size(), totalBytesMax));
            }
            try {
                return factory.create(pageSize, List.copyOf(blocks));
            } catch (IOException | IllegalArgumentException e) {
                RefusedException refused =
                        new RefusedException("cannot make %d bytes of RAM: %s".formatted(totalBytes, Reason.of(e)));
                refused.initCause(e);
                throw refused;
            }
        }

        @Override
        public boolean isOurs() {
            return true;
        }
    }
}
