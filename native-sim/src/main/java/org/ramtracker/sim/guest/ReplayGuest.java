package org.ramtracker.sim.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;

/**
 * A guest that plays a recorded trace back: a Java thread writes the pages of each epoch in that epoch's time, over memory
 * that held the kinds of pages that were recorded. After the trace's end it begins again.
 *
 * <p>Where it is in which trace moves with its state; the destination reads the same file.
 */
final class ReplayGuest extends PacedGuest {
    private final TapePacer pacer;

    private ReplayGuest(
            GuestPlan plan, PauseGate gate, GuestState state, JavaSteps maker, GuestLog log, TapePacer pacer) {
        super(plan, gate, state, List.of(maker), Optional.empty(), log);
        this.pacer = pacer;
    }

    /**
     * A new guest. Fills its memory with pages of the kinds that were recorded.
     *
     * @throws IOException if the trace cannot be read or is of memory of another shape
     */
    static ReplayGuest create(GuestSpec spec, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        ReplaySource replay = spec.replay()
                .orElseThrow(() -> new IllegalArgumentException("a replaying guest needs a trace: replay:FILE"));
        TraceTape tape = TraceTape.load(replay, memory);
        GuestState state = GuestState.initial(spec);
        TapePacer pacer = new TapePacer(tape, replay, 0, ThreadProgress.START);
        GuestPlan plan = GuestPlan.ofTape(spec, memory, new PageLayout(memory), pacer);
        plan.fill().fillAll(plan.layout());
        return of(plan, state, source, marks, pacer);
    }

    /**
     * A guest that goes on where another one was saved.
     *
     * @throws IOException if the trace is not here or is another one
     */
    static ReplayGuest load(GuestState state, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        ReplayState replay = ReplayState.decode(state.registers());
        TraceTape tape = sameTape(replay, memory);
        TapePacer pacer = new TapePacer(
                tape, replay.source(), replay.positionNanos(), state.threads().getFirst());
        GuestSpec spec = state.spec().replaying(replay.source());
        return of(GuestPlan.ofTape(spec, memory, new PageLayout(memory), pacer), state, source, marks, pacer);
    }

    private static TraceTape sameTape(ReplayState replay, GuestMemory memory) throws IOException {
        if (!Files.isReadable(replay.source().trace())) {
            throw new IOException("the guest replays %s, which cannot be read at the destination; copy the trace there"
                    .formatted(replay.source().trace()));
        }
        TraceTape tape = TraceTape.load(replay.source(), memory);
        if (tape.fingerprint() != replay.fingerprint()) {
            throw new IOException("%s: another trace than the one that the guest replays; copy the source's here"
                    .formatted(replay.source().trace()));
        }
        return tape;
    }

    private static ReplayGuest of(
            GuestPlan plan, GuestState state, DirtySource source, DirtyBitmap marks, TapePacer pacer)
            throws IOException {
        PauseGate gate = new PauseGate();
        JavaSteps maker = new JavaSteps(plan.patterns().getFirst(), plan.stamps(), plan.layout(), marks, gate);
        GuestLog log = source == DirtySource.MARKS ? GuestLog.ofMarks(marks) : GuestLog.ofPagemap(plan.memory());
        return new ReplayGuest(plan, gate, state, maker, log, pacer);
    }

    @Override
    ByteBuffer registers() {
        return pacer.state().encode();
    }
}
