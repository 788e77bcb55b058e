package org.ramtracker.sim.guest;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A guest as people name it.
 *
 * @param engine what makes its writes
 * @param kind how it chooses pages
 * @param trace what it plays back, if its engine does that
 */
public record GuestChoice(GuestEngine engine, GuestKind kind, Optional<Path> trace) {
    private static final GuestKind KIND_DEFAULT = GuestKind.HOTSET;

    /**
     * Reads a name.
     *
     * @param text a kind for Java threads; {@code native} or {@code kvm}, alone or with a colon and a kind; {@code replay}
     *     with a colon and a trace
     * @return the guest
     * @throws IllegalArgumentException if there is none of that name; the message lists those that there are
     */
    public static GuestChoice parse(String text) {
        int colon = text.indexOf(':');
        String first = colon < 0 ? text : text.substring(0, colon);
        if (first.equals(GuestEngine.REPLAY.optionName())) {
            return replay(text.substring(first.length()));
        }
        for (GuestEngine engine : new GuestEngine[] {GuestEngine.NATIVE, GuestEngine.KVM}) {
            if (engine.optionName().equals(first)) {
                return new GuestChoice(
                        engine,
                        colon < 0 ? KIND_DEFAULT : GuestKind.parse(text.substring(colon + 1)),
                        Optional.empty());
            }
        }
        try {
            return new GuestChoice(GuestEngine.THREADS, GuestKind.parse(text), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", native[:KIND], kvm[:KIND], replay:FILE", e);
        }
    }

    private static GuestChoice replay(String colonAndFile) {
        if (colonAndFile.length() < 2) {
            throw new IllegalArgumentException("a replaying guest needs a trace: replay:FILE");
        }
        Path trace = Path.of(colonAndFile.substring(1));
        return new GuestChoice(GuestEngine.REPLAY, GuestKind.IDLE, Optional.of(trace));
    }
}
