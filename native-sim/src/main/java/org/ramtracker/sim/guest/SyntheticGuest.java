package org.ramtracker.sim.guest;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;

/**
 * A guest made of Java threads that write its memory and mark what they wrote. The whole state of the guest, its memory
 * aside, is the number of steps that each thread made.
 */
public final class SyntheticGuest extends PacedGuest {
    private SyntheticGuest(GuestPlan plan, PauseGate gate, GuestState state, List<JavaSteps> makers, GuestLog log) {
        super(plan, gate, state, makers, Optional.empty(), log);
    }

    /**
     * A new guest. Fills its memory on all cores and returns when that is done. The fill is not marked dirty: a migration
     * sends every page once anyway.
     *
     * @param spec what it is
     * @param memory its memory, all zero
     * @param marks where its writes are marked, over the page space of the memory
     * @return the guest, not yet started
     * @throws IllegalArgumentException if it has more threads than pages
     */
    public static SyntheticGuest create(GuestSpec spec, GuestMemory memory, DirtyBitmap marks) {
        return create(spec, GuestLog.ofMarks(marks), memory, marks);
    }

    static SyntheticGuest create(GuestSpec spec, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        return create(spec, log(source, memory, marks), memory, marks);
    }

    private static SyntheticGuest create(GuestSpec spec, GuestLog log, GuestMemory memory, DirtyBitmap marks) {
        GuestPlan plan = GuestPlan.of(spec, memory, new PageLayout(memory));
        plan.fill().fillAll(plan.layout());
        return of(plan, GuestState.initial(spec), log, marks);
    }

    /** Marks are made in any case. */
    private static GuestLog log(DirtySource source, GuestMemory memory, DirtyBitmap marks) throws IOException {
        return source == DirtySource.MARKS ? GuestLog.ofMarks(marks) : GuestLog.ofPagemap(memory);
    }

    /**
     * A guest that goes on where another one was saved. Does not touch the memory, which may still be arriving.
     *
     * @param state what {@link #saveState} gave; may hold anything
     * @param memory its memory, with the blocks of the other guest's
     * @param marks where its writes are marked, over the page space of the memory
     * @return the guest, not yet started; stopped if its manager had stopped it
     * @throws GuestStateException if the state is malformed or is of a guest with other memory
     */
    public static SyntheticGuest load(byte[] state, GuestMemory memory, DirtyBitmap marks) throws GuestStateException {
        return load(GuestState.decode(state, memory), GuestLog.ofMarks(marks), memory, marks);
    }

    static SyntheticGuest load(GuestState state, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        return load(state, log(source, memory, marks), memory, marks);
    }

    private static SyntheticGuest load(GuestState state, GuestLog log, GuestMemory memory, DirtyBitmap marks) {
        return of(GuestPlan.of(state.spec(), memory, new PageLayout(memory)), state, log, marks);
    }

    private static SyntheticGuest of(GuestPlan plan, GuestState state, GuestLog log, DirtyBitmap marks) {
        PauseGate gate = new PauseGate();
        List<JavaSteps> makers = plan.patterns().stream()
                .map(pattern -> new JavaSteps(pattern, plan.stamps(), plan.layout(), marks, gate))
                .toList();
        return new SyntheticGuest(plan, gate, state, makers, log);
    }
}
