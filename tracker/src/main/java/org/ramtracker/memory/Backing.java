package org.ramtracker.memory;

import java.nio.file.Path;

/** What host memory a {@link RamBlock} is made of. */
public sealed interface Backing {
    /** Private anonymous memory, zero at the start. */
    record Anonymous() implements Backing {}

    /**
     * An unnamed file in memory ({@code memfd_create}), mapped shared, so that another process or the kernel can map the
     * same pages.
     *
     * @param name the name shown in {@code /proc/self/maps}
     */
    record Memfd(String name) implements Backing {}

    /**
     * A file that holds an image of the block from its first byte on.
     *
     * @param path the file; it must be at least as long as the block
     * @param shared true: writes go to the file; false: copy on write, the file never changes
     */
    record Image(Path path, boolean shared) implements Backing {}
}
