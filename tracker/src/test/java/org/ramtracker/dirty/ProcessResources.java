package org.ramtracker.dirty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * What this process holds that a log could leave behind.
 *
 * @param descriptors what its open descriptors are of, sorted
 * @param mappings how many its mappings of guest memory and of KVM's are, which is where a log can add or split one. Others come and go with
 *     the JVM's heap and code
 */
public record ProcessResources(List<String> descriptors, long mappings) {
    /** The descriptors that are open only while we look. */
    private static final String OURS = "ours";

    /** Counts what there is now. */
    public static ProcessResources count(GuestMemory memory) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return new ProcessResources(
                    descriptors
                            .map(ProcessResources::target)
                            .filter(target -> !target.equals(OURS))
                            .sorted()
                            .toList(),
                    mappings.filter(line -> line.contains("kvm") || overlaps(line, memory))
                            .count());
        }
    }

    private static String target(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.matches("/proc/\\d+/(fd|maps)") ? OURS : target;
        } catch (NoSuchFileException e) {
            return OURS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean overlaps(String line, GuestMemory memory) {
        int dash = line.indexOf('-');
        long start = Long.parseUnsignedLong(line, 0, dash, 16);
        long end = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
        for (RamBlock block : memory.blocks()) {
            long blockStart = block.segment().address();
            if (start < blockStart + block.usedLengthBytes() && blockStart < end) {
                return true;
            }
        }
        return false;
    }
}
