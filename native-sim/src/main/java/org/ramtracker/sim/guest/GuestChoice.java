package org.ramtracker.sim.guest;

/**
 * A guest as people name it.
 *
 * @param engine what makes its writes
 * @param kind how it chooses pages
 */
public record GuestChoice(GuestEngine engine, GuestKind kind) {
    private static final GuestKind KIND_DEFAULT = GuestKind.HOTSET;

    /**
     * Reads a name.
     *
     * @param text a kind for Java threads; {@code native} or {@code kvm}, alone or with a colon and a kind
     * @return the guest
     * @throws IllegalArgumentException if there is none of that name; the message lists those that there are
     */
    public static GuestChoice parse(String text) {
        int colon = text.indexOf(':');
        String first = colon < 0 ? text : text.substring(0, colon);
        for (GuestEngine engine : new GuestEngine[] {GuestEngine.NATIVE, GuestEngine.KVM}) {
            if (engine.optionName().equals(first)) {
                return new GuestChoice(engine, colon < 0 ? KIND_DEFAULT : GuestKind.parse(text.substring(colon + 1)));
            }
        }
        try {
            return new GuestChoice(GuestEngine.THREADS, GuestKind.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", native[:KIND], kvm[:KIND]", e);
        }
    }
}
