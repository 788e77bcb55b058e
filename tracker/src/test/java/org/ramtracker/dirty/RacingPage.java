package org.ramtracker.dirty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One page of guest memory, its dirty mark and the migrator's copy of it, in one of several orders of marking and harvesting.
 * The first word of the page is what is raced for. The page and its mark lie on cache lines of their own, as guest memory and a
 * bitmap do.
 */
abstract class RacingPage {
    private static final int PAGE_BYTES = 1024;
    static final VarHandle WORD = JAVA_LONG.varHandle();

    private final MemorySegment bytes;
    private final MemorySegment copy;

    RacingPage(Arena arena) {
        this.bytes = apart(arena);
        this.copy = apart(arena);
    }

    static MemorySegment apart(Arena arena) {
        return arena.allocate(PAGE_BYTES, PAGE_BYTES);
    }

    final void store(long value) {
        bytes.set(JAVA_LONG, 0, value);
    }

    final void copy() {
        MemorySegment.copy(bytes, 0, copy, 0, PAGE_BYTES);
    }

    final long stored() {
        return bytes.get(JAVA_LONG, 0);
    }

    final long copied() {
        return copy.get(JAVA_LONG, 0);
    }

    /** The writer's side: stores and marks. */
    abstract void write(long value);

    /** The migrator's side: clears the mark and, if there was one, copies. */
    abstract void harvestAndCopy();

    /** Between races: leaves the mark as the race is to find it. Set, in most: the page was written before. */
    abstract void prepareMark();

    /** Between races. */
    abstract boolean isMarked();

    /** The code under test: store, then OR; exchange, then copy. */
    static final class OfTheBitmap extends RacingPage {
        private final DirtyBitmap marks = new DirtyBitmap(1);
        private final PageBitmap pending = new PageBitmap(1);

        OfTheBitmap(Arena arena) {
            super(arena);
        }

        @Override
        void write(long value) {
            store(value);
            marks.mark(0);
        }

        @Override
        void harvestAndCopy() {
            marks.harvestInto(pending);
            if (pending.contains(0)) {
                copy();
                pending.clear();
            }
        }

        @Override
        void prepareMark() {
            marks.mark(0);
        }

        @Override
        boolean isMarked() {
            long found = marks.harvestInto(pending);
            pending.clear();
            return found == 1;
        }
    }

    /** What the other orders have in common: a mark in a word of their own. */
    abstract static class Handmade extends RacingPage {
        private final MemorySegment word;

        Handmade(Arena arena) {
            super(arena);
            this.word = apart(arena);
        }

        @Override
        void prepareMark() {
            mark();
        }

        final void mark() {
            long ignored = (long) WORD.getAndBitwiseOr(word, 0L, 1L);
        }

        @Override
        final boolean isMarked() {
            return load() != 0;
        }

        /** Clears the mark and tells what it was. */
        final long exchange() {
            return (long) WORD.getAndSet(word, 0L, 0L);
        }

        final long load() {
            return (long) WORD.getOpaque(word, 0L);
        }

        final void clearByStore() {
            WORD.setOpaque(word, 0L, 0L);
        }
    }

    /** Wrong: copies first and clears after. */
    static final class CopiesBeforeItClears extends Handmade {
        CopiesBeforeItClears(Arena arena) {
            super(arena);
        }

        @Override
        void write(long value) {
            store(value);
            mark();
        }

        @Override
        void harvestAndCopy() {
            if (isMarked()) {
                copy();
                exchange();
            }
        }
    }

    /** Wrong: clears a word with a load and a store, and with it the marks that were made in between. */
    static final class ClearsByLoadAndStore extends Handmade {
        ClearsByLoadAndStore(Arena arena) {
            super(arena);
        }

        /** The page is clean; it is another one of its word that makes the migrator clear. */
        @Override
        void prepareMark() {}

        @Override
        void write(long value) {
            store(value);
            mark();
        }

        @Override
        void harvestAndCopy() {
            boolean marked = isMarked();
            clearByStore();
            if (marked) {
                copy();
            }
        }
    }

    /** Wrong: leaves the OR out when the bit looks set, without a fence. */
    static final class SkipsTheOr extends Handmade {
        SkipsTheOr(Arena arena) {
            super(arena);
        }

        @Override
        void write(long value) {
            store(value);
            if (!isMarked()) {
                mark();
            }
        }

        @Override
        void harvestAndCopy() {
            if (exchange() != 0) {
                copy();
            }
        }
    }

    /** Right again, but no cheaper than the OR: the store leaves the core before the bit is read, and the clear before the bytes. */
    static final class SkipsTheOrBetweenFences extends Handmade {
        SkipsTheOrBetweenFences(Arena arena) {
            super(arena);
        }

        @Override
        void write(long value) {
            store(value);
            VarHandle.fullFence();
            if (!isMarked()) {
                mark();
            }
        }

        @Override
        void harvestAndCopy() {
            if (exchange() != 0) {
                VarHandle.fullFence();
                copy();
            }
        }
    }
}
