package org.ramtracker.sim.guest;

import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.RamBlock;

/** Steps whose stores are made, and marked, in Java. Looks at the gate in every step. */
record JavaSteps(WritePattern pattern, Stamps stamps, PageLayout layout, DirtyBitmap marks, PauseGate gate)
        implements StepMaker {
    private static final int BATCH_STEPS = 64;

    @Override
    public int batchStepsMax() {
        return BATCH_STEPS;
    }

    @Override
    public long make(long firstStep, long count) {
        long step = firstStep;
        long end = firstStep + count;
        while (step < end && !gate.isHeld()) {
            makeStep(step++);
        }
        return step;
    }

    /** Stores, then marks: see {@link DirtyBitmap#mark(long)}. */
    private void makeStep(long step) {
        long ordinal = pattern.ordinalOf(step);
        RamBlock block = layout.blockOf(ordinal);
        long offsetBytes = layout.offsetBytesOf(ordinal);
        stamps.store(block.segment(), offsetBytes, stamps.stamp(pattern.thread(), step));
        marks.mark(block.pageAt(offsetBytes));
    }
}
