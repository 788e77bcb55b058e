package org.ramtracker.dirty;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.ramtracker.memory.GuestMemory;

/**
 * Writers at full speed against a migrator that syncs and copies. In each episode the writers run until they are told to stop in
 * the middle of a round, so that their last stores race with a sync and are not written again:
 *
 * <pre>
 *   writers    sweep sweep sweep ... sweep sweep|
 *   migrator   sync copy sync copy ... stop sync copy  join  sync copy  compare
 * </pre>
 *
 * <p>A store that a sync forgets and no copy has seen stays lost, and the last comparison finds it.
 */
public final class LossHunt {
    /** A writer of guest memory. */
    public interface Writer {
        /** Writes all its pages again and again, until it was told to stop and has ended its sweep. */
        void run();

        /** Tells the next or current run to end. */
        void stop();

        /** Forgets that it was told to stop. */
        void prepare();
    }

    /** What a migrator does first. */
    public enum Order {
        /** As it must be. */
        PROTECT_THEN_COPY,
        /** A bug: the bytes are read before the log has fetched and protected their pages. */
        COPY_THEN_PROTECT
    }

    private final GuestMemory memory;
    private final DirtyLog log;
    private final Order order;
    private final List<? extends Writer> writers;
    private long rounds;
    private long pagesFound;
    private long pagesLost;

    /** A hunt over a log that runs, on memory that nobody writes yet. */
    public LossHunt(GuestMemory memory, DirtyLog log, Order order, List<? extends Writer> writers) {
        this.memory = memory;
        this.log = log;
        this.order = order;
        this.writers = writers;
    }

    /** Hunts until a page is lost, or to the end. */
    public LossHunt run(int episodes, int roundsPerEpisode) throws Exception {
        try (PageBitmap pending = new PageBitmap(memory.pages());
                CopyOfMemory copy = new CopyOfMemory(memory);
                CopyOfMemory earlier = new CopyOfMemory(memory)) {
            copy.takeAll();
            for (int episode = 0; episode < episodes && pagesLost == 0; episode++) {
                race(roundsPerEpisode, pending, copy, earlier);
                pagesLost = copy.differingPages();
            }
        }
        return this;
    }

    private void race(int roundsPerEpisode, PageBitmap pending, CopyOfMemory copy, CopyOfMemory earlier)
            throws Exception {
        List<FutureTask<Void>> running = startWriters();
        for (int i = 0; i < roundsPerEpisode; i++) {
            round(pending, copy, earlier);
        }
        writers.forEach(Writer::stop);
        round(pending, copy, earlier);
        for (FutureTask<Void> writer : running) {
            writer.get();
        }
        round(pending, copy, earlier);
    }

    private List<FutureTask<Void>> startWriters() {
        List<FutureTask<Void>> running = new ArrayList<>();
        for (Writer writer : writers) {
            writer.prepare();
            FutureTask<Void> task = new FutureTask<>(writer::run, null);
            Thread.ofPlatform().name("writer-" + running.size()).start(task);
            running.add(task);
        }
        return running;
    }

    private void round(PageBitmap pending, CopyOfMemory copy, CopyOfMemory earlier) {
        rounds++;
        if (order == Order.COPY_THEN_PROTECT) {
            earlier.takeAll();
            pagesFound += log.sync(pending);
            copy.takeFrom(earlier, pending);
        } else {
            pagesFound += log.sync(pending);
            copy.take(pending);
        }
    }

    /** Pages that differed at the end of an episode. */
    public long pagesLost() {
        return pagesLost;
    }

    /** Rounds of sync and copy. */
    public long rounds() {
        return rounds;
    }

    /** Pages that the syncs reported; without them a hunt proves nothing. */
    public long pagesFound() {
        return pagesFound;
    }

    @Override
    public String toString() {
        return "%s, %d rounds, %d pages found, %d LOST".formatted(order, rounds, pagesFound, pagesLost);
    }
}
