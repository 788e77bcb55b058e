package org.ramtracker.sim.guest;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;

/** Makes guests of all engines. */
public final class Guests {
    private Guests() {}

    /**
     * Checks that a dirty log sees all writes of a guest.
     *
     * @param engine what makes the writes
     * @param source the log
     * @throws IllegalArgumentException if it does not; the message says which do
     */
    public static void checkSource(GuestEngine engine, DirtySource source) {
        if (!engine.dirtySources().contains(source)) {
            throw new IllegalArgumentException("the dirty log %s does not see what a guest of %s writes; choose %s"
                    .formatted(
                            source.optionName(),
                            engine.description(),
                            engine.dirtySources().stream()
                                    .map(DirtySource::optionName)
                                    .collect(Collectors.joining(" or "))));
        }
    }

    /**
     * A new guest. Fills its memory on all cores and returns when that is done. The fill need not be in the dirty log: a
     * migration sends every page once anyway.
     *
     * @param spec what it is
     * @param source its dirty log
     * @param memory its memory, all zero
     * @param marks where the machine's writes are marked, over the page space of the memory
     * @return the guest, not yet started
     * @throws IllegalArgumentException if the guest does not fit into the memory, or the log does not see its writes
     * @throws IOException with the reason in words if this host cannot run such a guest or has no such log
     */
    public static Guest create(GuestSpec spec, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        checkSource(spec.engine(), source);
        return switch (spec.engine()) {
            case THREADS -> SyntheticGuest.create(spec, source, memory, marks);
            case NATIVE -> NativeGuest.create(spec, memory);
            case KVM -> KvmGuest.create(spec, source, memory, marks);
            case REPLAY -> ReplayGuest.create(spec, source, memory, marks);
        };
    }

    /**
     * A guest that goes on where another one was saved. Does not touch the memory, which may still be arriving.
     *
     * @param state what {@link Guest#saveState} gave; may hold anything
     * @param source its dirty log here; empty for what suits such a guest
     * @param memory its memory, with the blocks of the other guest's
     * @param marks where the machine's writes are marked, over the page space of the memory
     * @return the guest, not yet started; stopped if its manager had stopped it
     * @throws GuestStateException if the state is malformed or is of a guest with other memory
     * @throws IllegalArgumentException if the log does not see its writes
     * @throws IOException with the reason in words if this host cannot run such a guest or has no such log
     */
    public static Guest load(byte[] state, Optional<DirtySource> source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        GuestState decoded = GuestState.decode(state, memory);
        GuestEngine engine = decoded.spec().engine();
        DirtySource chosen = source.orElse(engine.dirtySources().getFirst());
        checkSource(engine, chosen);
        return switch (engine) {
            case THREADS -> SyntheticGuest.load(decoded, chosen, memory, marks);
            case NATIVE -> NativeGuest.load(decoded, memory);
            case KVM -> KvmGuest.load(decoded, chosen, memory, marks);
            case REPLAY -> ReplayGuest.load(decoded, chosen, memory, marks);
        };
    }
}
