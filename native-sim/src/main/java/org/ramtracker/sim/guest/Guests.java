package org.ramtracker.sim.guest;

import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;

/** Makes guests of all engines. */
public final class Guests {
    private Guests() {}

    /**
     * A new guest. Fills its memory on all cores and returns when that is done. The fill is not marked dirty: a migration
     * sends every page once anyway.
     *
     * @param spec what it is
     * @param memory its memory, all zero
     * @param marks where writes are marked, over the page space of the memory
     * @return the guest, not yet started
     * @throws IllegalArgumentException if the guest does not fit into the memory
     */
    public static Guest create(GuestSpec spec, GuestMemory memory, DirtyBitmap marks) {
        return switch (spec.engine()) {
            case THREADS -> SyntheticGuest.create(spec, memory, marks);
        };
    }

    /**
     * A guest that goes on where another one was saved. Does not touch the memory, which may still be arriving.
     *
     * @param state what {@link Guest#saveState} gave; may hold anything
     * @param memory its memory, with the blocks of the other guest's
     * @param marks where writes are marked, over the page space of the memory
     * @return the guest, not yet started; stopped if its manager had stopped it
     * @throws GuestStateException if the state is malformed, is of a guest with other memory, or of one that cannot run here
     */
    public static Guest load(byte[] state, GuestMemory memory, DirtyBitmap marks) throws GuestStateException {
        GuestState decoded = GuestState.decode(state, memory);
        return switch (decoded.spec().engine()) {
            case THREADS -> SyntheticGuest.load(decoded, memory, marks);
        };
    }
}
