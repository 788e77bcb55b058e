package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ramtracker.simd.Kernels;

/**
 * Writes the final content of blocks to sparse files, one a block: all of them or none. Files are complete under a temporary
 * name before the first one gets its own, so that a failure leaves what was there before.
 */
public final class BlockExtractor {
    /** Bounds the buffer that writing takes. */
    private static final long WRITE_BYTES_MAX = 1L << 20;

    private final Path directory;
    private final Map<Path, Path> temporaryByFinal = new LinkedHashMap<>();

    private BlockExtractor(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes every block of which the recording has a page.
     *
     * @param directory where to, created if it is not there
     * @return how many files were written
     */
    public static int extract(Inspection inspection, Path directory) throws IOException {
        Files.createDirectories(directory);
        BlockExtractor extractor = new BlockExtractor(directory);
        try {
            for (InspectedBlock block : inspection.blocks()) {
                if (block.isSent()) {
                    extractor.write(block);
                }
            }
            return extractor.publish();
        } finally {
            extractor.discard();
        }
    }

    private void write(InspectedBlock block) throws IOException {
        Path target = directory.resolve(FileNames.encode(block.idstr()));
        if (Files.isDirectory(target)) {
            throw new IOException(target + ": is a directory, so block " + block.idstr() + " cannot be written");
        }
        Path temporary = Files.createTempFile(directory, ".extract", ".tmp");
        temporaryByFinal.put(target, temporary);
        try (RandomAccessFile file = new RandomAccessFile(temporary.toFile(), "rw")) {
            file.setLength(block.block().usedLengthBytes());
            writeRuns(block, file.getChannel());
            file.getChannel().force(true);
        }
    }

    /** Runs of pages that are not zero; what lies between them stays a hole. */
    private static void writeRuns(InspectedBlock block, FileChannel file) throws IOException {
        long lengthBytes = block.block().usedLengthBytes();
        long at = nextPage(block, 0, false);
        while (at < lengthBytes) {
            long end = Math.min(
                    nextPage(block, at, true),
                    at + Math.max(WRITE_BYTES_MAX, block.pageSize().bytes()));
            write(block.block().segment().asSlice(at, end - at), file, at);
            at = nextPage(block, end, false);
        }
    }

    /** The first page from an offset on that is zero, or is not. */
    private static long nextPage(InspectedBlock block, long fromBytes, boolean zero) {
        MemorySegment segment = block.block().segment();
        int pageBytes = block.pageSize().bytes();
        long at = fromBytes;
        while (at < segment.byteSize() && Kernels.chosen().isZero(segment, at, pageBytes) != zero) {
            at += pageBytes;
        }
        return at;
    }

    private static void write(MemorySegment run, FileChannel file, long offsetBytes) throws IOException {
        ByteBuffer bytes = run.asByteBuffer();
        while (bytes.hasRemaining()) {
            file.write(bytes, offsetBytes + bytes.position());
        }
    }

    private int publish() throws IOException {
        int files = 0;
        for (Map.Entry<Path, Path> file : temporaryByFinal.entrySet()) {
            Files.move(
                    file.getValue(),
                    file.getKey(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            files++;
        }
        temporaryByFinal.clear();
        return files;
    }

    private void discard() throws IOException {
        for (Path temporary : temporaryByFinal.values()) {
            Files.deleteIfExists(temporary);
        }
    }
}
