package org.ramtracker.sim.vmm;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ramtracker.sim.monitor.Subscription;
import org.ramtracker.sim.monitor.VmEvent;

/**
 * Tells everybody who listens what happens to a machine.
 *
 * <p>Threads: any.
 *
 * <p>Guarantees: all listeners hear the same events in the same order, which is that of their times.
 */
final class MachineEvents {
    private final InstantSource clock;
    private final List<Listening> listeners = new ArrayList<>();

    MachineEvents(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Subscription subscribe(Consumer<VmEvent> listener) {
        Listening listening = new Listening(listener);
        listeners.add(listening);
        return () -> unsubscribe(listening);
    }

    private synchronized void unsubscribe(Listening listening) {
        listeners.remove(listening);
    }

    /** By identity: who subscribes twice can leave once. */
    private static final class Listening {
        private final Consumer<VmEvent> listener;

        private Listening(Consumer<VmEvent> listener) {
            this.listener = listener;
        }
    }

    synchronized void publish(Function<Instant, VmEvent> event) {
        VmEvent now = event.apply(clock.instant());
        List.copyOf(listeners).forEach(listening -> listening.listener.accept(now));
    }
}
