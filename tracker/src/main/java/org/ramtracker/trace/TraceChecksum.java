package org.ramtracker.trace;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli), the one that processors compute. */
final class TraceChecksum {
    /** What a byte buffer can show at once. */
    private static final long CHUNK_BYTES = 1 << 30;

    private TraceChecksum() {}

    static int of(MemorySegment bytes, long fromBytes, long toBytes) {
        CRC32C crc = new CRC32C();
        for (long atBytes = fromBytes; atBytes < toBytes; atBytes += CHUNK_BYTES) {
            long chunkBytes = Math.min(CHUNK_BYTES, toBytes - atBytes);
            crc.update(bytes.asSlice(atBytes, chunkBytes).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    static void check(Path file, MemorySegment bytes, long fromBytes, long toBytes, long crcOffset, String what)
            throws TraceException {
        int stored = bytes.get(JAVA_INT, crcOffset);
        int computed = of(bytes, fromBytes, toBytes);
        if (stored != computed) {
            throw new TraceException(
                    file,
                    crcOffset,
                    "%s is damaged: its checksum is 0x%08x, its content gives 0x%08x; copy it again"
                            .formatted(what, stored, computed));
        }
    }
}
