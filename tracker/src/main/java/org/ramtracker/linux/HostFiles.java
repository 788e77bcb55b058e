package org.ramtracker.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel says about the host in files. The root is {@code /} except in tests. */
record HostFiles(Path root) {
    private static final Pattern POOL = Pattern.compile("hugepages-(\\d+)kB");
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final String UNKNOWN = "unknown";

    /** A line of {@code /proc/meminfo}, in bytes; -1 if it is not there. */
    long meminfoBytes(String key) {
        Pattern line = Pattern.compile("(?m)^" + Pattern.quote(key) + ":\\s+(\\d+) kB$");
        Matcher matcher = line.matcher(read("proc/meminfo"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : -1;
    }

    String kernelRelease() {
        String release = read("proc/sys/kernel/osrelease").strip();
        return release.isEmpty() ? UNKNOWN : release;
    }

    Probe transparentHugePages() {
        Matcher chosen = CHOSEN.matcher(read("sys/kernel/mm/transparent_hugepage/enabled"));
        if (!chosen.find()) {
            return Probe.unavailable("the kernel was built without them");
        }
        return switch (chosen.group(1)) {
            case "never" ->
                Probe.unavailable("set to never: write madvise to /sys/kernel/mm/transparent_hugepage/enabled");
            case "madvise" -> Probe.available("madvise: for memory that asks for them");
            default -> Probe.available(chosen.group(1) + ": for all memory");
        };
    }

    /** The pools of {@code /sys/kernel/mm/hugepages}, smallest pages first. */
    List<HugePagePool> hugePagePools() {
        Path pools = root.resolve("sys/kernel/mm/hugepages");
        if (!Files.isDirectory(pools)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(pools)) {
            List<HugePagePool> found = new ArrayList<>();
            directories.forEach(directory -> pool(directory).ifPresent(found::add));
            found.sort(Comparator.comparingLong(HugePagePool::pageBytes));
            return List.copyOf(found);
        } catch (IOException e) {
            return List.of();
        }
    }

    private Optional<HugePagePool> pool(Path directory) {
        Matcher name = POOL.matcher(directory.getFileName().toString());
        return name.matches()
                ? Optional.of(new HugePagePool(
                        Long.parseLong(name.group(1)) * 1024,
                        count(directory.resolve("nr_hugepages")),
                        count(directory.resolve("free_hugepages"))))
                : Optional.empty();
    }

    private long count(Path file) {
        String text = read(root.relativize(file).toString()).strip();
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** The text of a file, empty if it cannot be read: a kernel without it says nothing about it. */
    private String read(String path) {
        try {
            return Files.readString(root.resolve(path));
        } catch (IOException e) {
            return "";
        }
    }
}
