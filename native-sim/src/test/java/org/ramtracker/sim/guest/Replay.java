package org.ramtracker.sim.guest;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** Makes the steps of a guest without its threads: the memory that they must leave, by the definition. */
final class Replay {
    final PageLayout layout;
    final PageFill fill;
    final Stamps stamps;
    final List<WritePattern> patterns;
    final long[] steps;

    Replay(GuestSpec spec, GuestMemory memory) {
        this(spec, memory, new PageLayout(memory));
    }

    Replay(GuestSpec spec, GuestMemory memory, PageLayout layout) {
        this.layout = layout;
        fill = new PageFill(spec.fill(), spec.seed(), memory.pageSize().bytes());
        stamps = new Stamps(spec.seed(), memory.pageSize().bytes());
        patterns = IntStream.range(0, spec.threads())
                .mapToObj(thread -> new WritePattern(spec, layout, thread))
                .toList();
        steps = new long[spec.threads()];
        fill.fillAll(layout);
    }

    Replay stepTo(int thread, long end) {
        for (long step = steps[thread]; step < end; step++) {
            long ordinal = patterns.get(thread).ordinalOf(step);
            RamBlock block = layout.blockOf(ordinal);
            stamps.store(block.segment(), layout.offsetBytesOf(ordinal), stamps.stamp(thread, step));
        }
        steps[thread] = end;
        return this;
    }

    Replay allStepTo(long end) {
        for (int thread = 0; thread < steps.length; thread++) {
            stepTo(thread, end);
        }
        return this;
    }

    SelfCheckReport check() {
        return new SelfCheck(layout, fill, stamps, patterns, Optional.empty()).run(steps);
    }
}
