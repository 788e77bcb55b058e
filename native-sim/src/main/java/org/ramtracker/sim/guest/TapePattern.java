package org.ramtracker.sim.guest;

/** The pages of a trace, in its order, round and round. */
final class TapePattern extends WritePattern {
    private final TraceTape tape;

    TapePattern(GuestSpec spec, PageLayout layout, TraceTape tape) {
        super(spec, layout, 0);
        this.tape = tape;
    }

    @Override
    long ordinalOf(long step) {
        return tape.ordinalOf(step);
    }

    @Override
    boolean writes(long ordinal, long step) {
        return tape.writes() > 0 && tape.ordinalOf(step) == ordinal;
    }
}
