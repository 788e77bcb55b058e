package org.ramtracker.dirtyrate;

/**
 * The first of two looks at a guest's memory; the second says how much has become dirty in between. A page that was written
 * twice counts once.
 *
 * <p>Threads: one. The guest runs and writes meanwhile.
 */
public interface DirtySample extends AutoCloseable {
    /**
     * The second look.
     *
     * @return bytes of pages that were dirtied since the first look, or an estimate of them
     * @throws java.io.UncheckedIOException if the source of dirty pages fails
     */
    long dirtiedBytes();

    /** Ends it, after the second look or without one. Twice is harmless. */
    @Override
    void close();
}
