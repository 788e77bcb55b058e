package org.ramtracker.sim.vmm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * The digest of a block's content, the same that {@code sha256sum} gives for a file with that content.
 *
 * @param idstr name of the block
 * @param usedLengthBytes its length
 * @param sha256 SHA-256 in lower-case hexadecimal digits
 */
public record BlockDigest(String idstr, long usedLengthBytes, String sha256) {
    private static final int CHUNK_BYTES = 1 << 16;

    /**
     * Digests every block of a memory that nobody writes meanwhile.
     *
     * @param memory the memory
     * @return one digest a block, in the order of the blocks
     */
    public static List<BlockDigest> ofBlocks(GuestMemory memory) {
        return memory.blocks().stream().map(BlockDigest::of).toList();
    }

    private static BlockDigest of(RamBlock block) {
        MessageDigest digest = newSha256();
        MemorySegment segment = block.segment();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long offset = 0; offset < segment.byteSize(); offset += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, segment.byteSize() - offset);
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, chunk, 0, length);
            digest.update(chunk, 0, length);
        }
        return new BlockDigest(
                block.idstr(), block.usedLengthBytes(), HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
