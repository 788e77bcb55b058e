package org.ramtracker.forecast;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.function.Consumer;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.trace.TraceLayout;

/**
 * A history whose runs were read once, for many forecasts of it: 8 bytes a run, and two bits a page for what was in it
 * at the beginning.
 *
 * <p>Threads: as any history.
 */
final class HistoryInMemory implements DirtyHistory {
    /** A gigabyte of runs is left where it is. */
    private static final long RUNS_MAX = 1 << 27;

    private final DirtyHistory history;
    private final long meanSyncNanos;
    private final long[] startNanos;
    private final int[] firstRun;
    private final int[] firstPages;
    private final int[] pages;
    private final long[] zeroWords;
    private final long[] duplicateWords;

    private HistoryInMemory(DirtyHistory history, int runs) {
        this.history = history;
        meanSyncNanos = history.meanSyncNanos();
        int epochs = (int) history.epochs();
        startNanos = new long[epochs + 1];
        firstRun = new int[epochs + 1];
        firstPages = new int[runs];
        pages = new int[runs];
        read(epochs);
        zeroWords = words(history::addZeroPagesTo);
        duplicateWords = words(history::addDuplicatePagesTo);
    }

    /** The history in memory; itself if it is too large for that. */
    static DirtyHistory of(DirtyHistory history) {
        long runs = runs(history);
        boolean fits = runs <= RUNS_MAX
                && history.epochs() < Integer.MAX_VALUE
                && history.layout().pages() <= Integer.MAX_VALUE;
        return fits ? new HistoryInMemory(history, (int) runs) : history;
    }

    private static long runs(DirtyHistory history) {
        Epochs epoch = history.read();
        long runs = 0;
        for (long index = 0; index < history.epochs(); index++) {
            epoch.moveTo(index);
            while (epoch.nextRun()) {
                runs++;
            }
        }
        return runs;
    }

    private void read(int epochs) {
        Epochs epoch = history.read();
        int run = 0;
        for (int index = 0; index < epochs; index++) {
            epoch.moveTo(index);
            startNanos[index] = epoch.startNanos();
            startNanos[index + 1] = epoch.endNanos();
            firstRun[index] = run;
            while (epoch.nextRun()) {
                firstPages[run] = (int) epoch.runFirstPage();
                pages[run++] = (int) epoch.runPages();
            }
        }
        firstRun[epochs] = run;
    }

    private long[] words(Consumer<PageBitmap> filling) {
        try (PageBitmap set = new PageBitmap(history.layout().pages())) {
            filling.accept(set);
            return set.words().toArray(JAVA_LONG);
        }
    }

    private static void addTo(PageBitmap set, long[] words) {
        for (int wordIndex = 0; wordIndex < words.length; wordIndex++) {
            set.addWord(wordIndex, words[wordIndex]);
        }
    }

    @Override
    public DirtyHistory inMemory() {
        return this;
    }

    @Override
    public TraceLayout layout() {
        return history.layout();
    }

    @Override
    public long epochs() {
        return history.epochs();
    }

    @Override
    public long durationNanos() {
        return history.durationNanos();
    }

    @Override
    public long meanSyncNanos() {
        return meanSyncNanos;
    }

    @Override
    public long epochAt(long nanos) {
        return history.epochAt(nanos);
    }

    @Override
    public void addZeroPagesTo(PageBitmap set) {
        addTo(set, zeroWords);
    }

    @Override
    public void addDuplicatePagesTo(PageBitmap set) {
        addTo(set, duplicateWords);
    }

    @Override
    public Epochs read() {
        return new Reader();
    }

    private final class Reader implements Epochs {
        private int epoch;
        private int run;

        @Override
        public void moveTo(long index) {
            epoch = (int) index;
            run = firstRun[epoch] - 1;
        }

        @Override
        public long startNanos() {
            return startNanos[epoch];
        }

        @Override
        public long endNanos() {
            return startNanos[epoch + 1];
        }

        @Override
        public boolean nextRun() {
            return ++run < firstRun[epoch + 1];
        }

        @Override
        public long runFirstPage() {
            return firstPages[run];
        }

        @Override
        public long runPages() {
            return pages[run];
        }
    }
}
