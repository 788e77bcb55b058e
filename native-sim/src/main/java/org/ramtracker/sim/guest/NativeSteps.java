package org.ramtracker.sim.guest;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.ramtracker.libc.MachineCode;

/** Steps that are made in machine code: nothing but the kernel knows which pages they wrote. */
record NativeSteps(MachineCode makeSteps, MemorySegment control, Ledger ledger, PageLayout layout)
        implements StepMaker {
    /** Some tens of microseconds of them, or a millisecond of first writes to protected pages. */
    private static final int BATCH_STEPS = 512;

    @Override
    public int batchStepsMax() {
        return BATCH_STEPS;
    }

    @Override
    public long make(long firstStep, long count) throws IOException {
        long end = makeSteps.call(control, ledger.segment(), firstStep, count);
        if (end != firstStep + count) {
            throw ControlBlock.badPage(control, layout);
        }
        return end;
    }
}
