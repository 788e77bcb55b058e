package org.ramtracker.sim.guest;

import java.util.List;
import java.util.Optional;
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
 * @param tape of a guest that plays a trace back
 */
record GuestPlan(
        GuestSpec spec,
        GuestMemory memory,
        PageLayout layout,
        Stamps stamps,
        List<WritePattern> patterns,
        Optional<TapePacer> tape) {
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
        return new GuestPlan(spec, memory, layout, stamps(spec, memory), patterns, Optional.empty());
    }

    /** The plan of a guest that plays a trace back. */
    static GuestPlan ofTape(GuestSpec spec, GuestMemory memory, PageLayout layout, TapePacer tape) {
        WritePattern pattern = new TapePattern(spec, layout, tape.tape());
        return new GuestPlan(spec, memory, layout, stamps(spec, memory), List.of(pattern), Optional.of(tape));
    }

    private static Stamps stamps(GuestSpec spec, GuestMemory memory) {
        return new Stamps(spec.seed(), memory.pageSize().bytes());
    }

    /** What memory holds before the first step. */
    PageFill fill() {
        int pageBytes = memory.pageSize().bytes();
        return tape.map(pacer -> PageFill.ofKinds(pacer.tape(), spec.seed(), pageBytes))
                .orElseGet(() -> new PageFill(spec.fill(), spec.seed(), pageBytes));
    }

    Pace pacer(int thread, ThreadProgress progress) {
        if (tape.isPresent()) {
            return tape.get();
        }
        return new Pacer(spec.kind(), spec.rateBytesPerSecondOf(thread), memory.pageSize(), progress.phaseNanos());
    }
}
