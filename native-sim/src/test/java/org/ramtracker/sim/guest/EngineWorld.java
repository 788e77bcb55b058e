package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.memory.GuestMemory;

/** A guest whose writes are made outside of Java, with its memory; and a second one to which it moves. */
final class EngineWorld implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);

    final GuestMemory memory;
    final DirtyBitmap marks;
    final Guest guest;

    EngineWorld(GuestSpec spec, GuestMemory memory) throws IOException {
        Hosts.require(spec.engine());
        this.memory = memory;
        this.marks = new DirtyBitmap(memory.pages());
        this.guest = Guests.create(spec, spec.engine().dirtySources().getFirst(), memory, marks);
    }

    /** The destination; what arrives there last is memory. */
    EngineWorld(EngineWorld source, byte[] state) throws IOException {
        this.memory = Memories.likeOf(source.memory);
        this.marks = new DirtyBitmap(memory.pages());
        this.guest = Guests.load(state, Optional.empty(), memory, marks);
        Memories.copy(source.memory, memory);
    }

    void start(long steps) throws InterruptedException {
        guest.start();
        awaitSteps(steps);
        pause();
    }

    void awaitSteps(long steps) {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(SOON)
                .until(() -> guest.stats().steps() >= steps || guest.failure().isPresent());
        assertThat(guest.failure()).isEmpty();
    }

    void pause() throws InterruptedException {
        guest.requestPause();
        assertThat(guest.awaitDrained(SOON)).isTrue();
    }

    String failureAfterResume() {
        guest.resume();
        await().atMost(SOON).until(() -> guest.failure().isPresent());
        return guest.failure().orElseThrow().getMessage();
    }

    MemorySegment home() {
        return memory.blocks().getFirst().segment();
    }

    @Override
    public void close() {
        guest.close();
        marks.close();
        memory.close();
    }
}
