package org.ramtracker.sim.guest;

import java.util.List;
import java.util.stream.IntStream;
import org.ramtracker.memory.GuestMemory;

/**
 * What a guest writes where, whoever makes the writes.
 *
 * @param spec of the guest
 * @param memory that it writes
 * @param layout the pages that it writes
 * @param stamps what it writes
 * @param patterns by thread, which page in which step
 */
record GuestPlan(GuestSpec spec, GuestMemory memory, PageLayout layout, Stamps stamps, List<WritePattern> patterns) {
    /**
     * The plan of a spec.
     *
     * @throws IllegalArgumentException if there are fewer pages than threads
     */
    static GuestPlan of(GuestSpec spec, GuestMemory memory, PageLayout layout) {
        if (spec.threads() > layout.pages()) {
            throw new IllegalArgumentException("a guest of %d threads needs a page for each, its memory has %d"
                    .formatted(spec.threads(), layout.pages()));
        }
        List<WritePattern> patterns = IntStream.range(0, spec.threads())
                .mapToObj(thread -> new WritePattern(spec, layout, thread))
                .toList();
        return new GuestPlan(
                spec, memory, layout, new Stamps(spec.seed(), memory.pageSize().bytes()), patterns);
    }

    /** What memory holds before the first step. */
    PageFill fill() {
        return new PageFill(spec.fill(), spec.seed(), memory.pageSize().bytes());
    }

    Pacer pacer(int thread, ThreadProgress progress) {
        return new Pacer(spec.kind(), spec.rateBytesPerSecondOf(thread), memory.pageSize(), progress.phaseNanos());
    }
}
