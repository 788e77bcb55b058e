package org.ramtracker.sim.inspect;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/** The final content of a block, measured. */
final class BlockContent {
    private static final int CHUNK_BYTES = 1 << 20;

    private BlockContent() {}

    /** Pages with a byte that is not zero. */
    static long countNonZeroPages(InspectedBlock inspected) {
        MemoryKernels kernels = Kernels.chosen();
        RamBlock block = inspected.block();
        int pageBytes = inspected.pageSize().bytes();
        long pages = 0;
        for (long at = 0; at < block.usedLengthBytes(); at += pageBytes) {
            if (!kernels.isZero(block.segment(), at, pageBytes)) {
                pages++;
            }
        }
        return pages;
    }

    /** SHA-256 of all bytes, in hex. */
    static String sha256(InspectedBlock inspected) {
        MessageDigest digest = newSha256();
        MemorySegment segment = inspected.block().segment();
        for (long at = 0; at < segment.byteSize(); at += CHUNK_BYTES) {
            long now = Math.min(CHUNK_BYTES, segment.byteSize() - at);
            digest.update(segment.asSlice(at, now).asByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
