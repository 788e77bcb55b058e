package org.ramtracker.dirty;

import java.lang.foreign.Arena;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * A litmus test in many small rounds. In each, a writer writes each page once, from the first
 * to the last, while a migrator harvests and copies from the last to the first, so that they are sure to meet at one page.
 * Afterwards each page is judged, in a table of outcomes:
 *
 * <pre>
 *                   marked again       not marked
 *   copy is new     sent twice         sent once
 *   copy is old     sent later         LOST
 * </pre>
 */
final class MarkHarvestRace {
    private static final int PAGES = 32;

    private final RacingPage[] pages = new RacingPage[PAGES];
    private final SpinBarrier barrier = new SpinBarrier();
    private volatile boolean over;
    private long rounds;
    private long roundsMet;
    private long sentTwice;
    private long sentOnce;
    private long sentLater;
    private long lost;

    private MarkHarvestRace(Arena arena, Function<Arena, RacingPage> order) {
        for (int i = 0; i < PAGES; i++) {
            pages[i] = order.apply(arena);
        }
    }

    /** Races until a page is lost or the time is over. */
    static MarkHarvestRace run(Function<Arena, RacingPage> order, long limitNanos) throws InterruptedException {
        try (Arena arena = Arena.ofShared()) {
            MarkHarvestRace race = new MarkHarvestRace(arena, order);
            race.race(System.nanoTime() + limitNanos);
            return race;
        }
    }

    long lost() {
        return lost;
    }

    /** Rounds in which both were running: each was first somewhere. Without them a race proves nothing. */
    long roundsMet() {
        return roundsMet;
    }

    @Override
    public String toString() {
        return "%d rounds, met in %d: %d pages sent once, %d sent twice, %d sent later, %d LOST"
                .formatted(rounds, roundsMet, sentOnce, sentTwice, sentLater, lost);
    }

    private void race(long deadlineNanos) throws InterruptedException {
        FutureTask<Void> writer = new FutureTask<>(this::writeRounds, null);
        Thread.ofPlatform().name("writer").start(writer);
        try {
            migrateRounds(deadlineNanos);
            writer.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the writer failed", e.getCause());
        } finally {
            barrier.breakUp();
        }
    }

    private void writeRounds() {
        try {
            for (long round = 1; !over; round++) {
                prepareToWrite();
                barrier.await();
                write(round);
                barrier.await();
                barrier.await();
            }
        } finally {
            barrier.breakUp();
        }
    }

    private void migrateRounds(long deadlineNanos) {
        while (!over) {
            prepareToHarvest();
            barrier.await();
            harvestBackwards();
            barrier.await();
            judge();
            over = lost > 0 || System.nanoTime() - deadlineNanos > 0;
            barrier.await();
        }
    }

    /** The marks are now in the writer's cache, where it finds them set before its stores have left the core. */
    private void prepareToWrite() {
        for (RacingPage page : pages) {
            page.prepareMark();
        }
    }

    /** The bytes are now in the migrator's cache, from where the writer's stores first have to take them. */
    private void prepareToHarvest() {
        for (RacingPage page : pages) {
            page.copy();
        }
    }

    private void write(long value) {
        for (int i = 0; i < PAGES; i++) {
            pages[i].write(value);
        }
    }

    private void harvestBackwards() {
        for (int i = PAGES - 1; i >= 0; i--) {
            pages[i].harvestAndCopy();
        }
    }

    private void judge() {
        long laterBefore = sentLater;
        for (RacingPage page : pages) {
            judge(page);
        }
        long later = sentLater - laterBefore;
        rounds++;
        roundsMet += later > 0 && later < PAGES ? 1 : 0;
    }

    private void judge(RacingPage page) {
        boolean copyIsNew = page.copied() == page.stored();
        if (page.isMarked()) {
            sentTwice += copyIsNew ? 1 : 0;
            sentLater += copyIsNew ? 0 : 1;
        } else {
            sentOnce += copyIsNew ? 1 : 0;
            lost += copyIsNew ? 0 : 1;
        }
    }
}
