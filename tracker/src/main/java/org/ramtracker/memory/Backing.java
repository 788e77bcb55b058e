package org.ramtracker.memory;

import java.nio.file.Path;

/**
 * What host memory a {@link RamBlock} is made of. None of them but {@link HugePages} reserves memory before it is touched, so
 * that a block may be larger than what the guest will ever use.
 */
public sealed interface Backing {
    /** Private anonymous memory, zero at the start. */
    record Anonymous() implements Backing {
        @Override
        public String toString() {
            return "anonymous memory";
        }
    }

    /**
     * An unnamed file in memory ({@code memfd_create}), mapped shared, zero at the start. Another process, a device back end
     * or a second mapping here can map the same pages through {@link RamBlock#memfd()}.
     *
     * @param name the name shown in {@code /proc/self/maps}, at most 249 bytes
     */
    record Memfd(String name) implements Backing {
        @Override
        public String toString() {
            return "memfd " + name;
        }
    }

    /**
     * As {@link Memfd}, of huge pages that the host has reserved ({@code /proc/sys/vm/nr_hugepages}), of its default size. All
     * are taken when the block is mapped, because to run short of them later kills the process that touches the memory.
     *
     * @param name the name shown in {@code /proc/self/maps}, at most 249 bytes
     */
    record HugePages(String name) implements Backing {
        @Override
        public String toString() {
            return "huge pages " + name;
        }
    }

    /**
     * Nothing: of the block only the shape is wanted, as in a forecast, which moves no page. Nothing is asked of the kernel, and the
     * segment is empty: an access to any page of it is refused with {@link IndexOutOfBoundsException}.
     */
    record None() implements Backing {
        @Override
        public String toString() {
            return "no memory";
        }
    }

    /**
     * A file, or a block device, that holds an image of the block from its first byte on. It must keep its length as long as
     * it is mapped: a page that has been cut off cannot be read any more, which no VMM can repair.
     *
     * @param path the file; it must be at least as long as the block
     * @param shared true: writes go to the file, which must be writable; false: copy on write, the file never changes and
     *     may be read-only
     */
    record Image(Path path, boolean shared) implements Backing {
        @Override
        public String toString() {
            return (shared ? "shared image " : "private image ") + path;
        }
    }
}
