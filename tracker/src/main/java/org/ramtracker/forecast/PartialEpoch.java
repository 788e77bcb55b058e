package org.ramtracker.forecast;

/**
 * Says which of an epoch's pages were written within a part of it. The trace does not know, so this is a model: writes to a
 * page come as a Poisson process, at a rate that the epochs around tell.
 *
 * <ul>
 *   <li>Pages that were written in the next epoch as well are written at a rate of {@code x} per epoch, with
 *       {@code 1 - e^-x} the share of them that was written in the epoch after that, too. The first write to such a page comes
 *       before the fraction {@code f} of the epoch with probability {@code (1 - e^(-x f)) / (1 - e^-x)}; after it the page is
 *       written again within any fraction {@code g} with probability {@code 1 - e^(-x g)}.
 *   <li>All others were written once, at a moment that is uniform.
 * </ul>
 *
 * <p>So every page of an epoch is reported in at least one of its parts, hot ones in most of them, and a sweep through memory
 * in one each. Splitting an epoch evenly instead would forecast too small a rest for a guest with a hot set; reporting all of
 * it in each part, too large a one for a sweep.
 *
 * <p>Moments are drawn by hashing, up to 64 pages at a time: the same seed gives the same parts, in any order. Those of pages that
 * were written once and lie here and there are drawn once for all parts of an epoch, and kept in order: passes may be far shorter
 * than an epoch.
 *
 * <p>Threads: single-threaded.
 */
final class PartialEpoch {
    private static final double RATE_MIN = 1e-3;

    /** Moments are numbers of so many bits. */
    static final int PROBABILITY_BITS = 16;

    /** So many pages of a word are cheaper one by one than with all 64 at once, which takes up to 16 hashes. */
    private static final int FEW_PAGES = 8;

    private final DirtyHistory history;
    private final DirtyHistory.Epochs reader;
    private final long seed;
    private WrittenPages current;
    private WrittenPages following;
    private WrittenPages afterwards;

    private final MomentIndex index = new MomentIndex();

    private long epoch = -1;
    private long turn = -1;
    private long moments;
    private double rate;
    private int[] wordIndexes = new int[64];
    private long[] masks = new long[64];
    private long[] repeatedMasks = new long[64];
    private int wordCount;
    private int denseCount;

    PartialEpoch(DirtyHistory history, long seed) {
        this.history = history;
        this.reader = history.read();
        this.seed = seed;
        this.current = new WrittenPages(history.layout().pages());
        this.following = new WrittenPages(history.layout().pages());
        this.afterwards = new WrittenPages(history.layout().pages());
    }

    /**
     * Adds the pages written in {@code [from, to)}.
     *
     * @param wantedEpoch which epoch
     * @param wantedTurn how often the history was played through before: each time the moments are others
     * @param from fraction of the epoch, 0 to 1
     * @param to fraction of the epoch, at least {@code from}
     * @param into where to
     */
    void addPart(long wantedEpoch, long wantedTurn, double from, double to, WrittenPages into) {
        draw(wantedEpoch, wantedTurn);
        index.addBetween(threshold(from), threshold(to), into);
        if (denseCount > 0) {
            addDense(from, to, into);
        }
    }

    private void addDense(double from, double to, WrittenPages into) {
        long repeats = mix(moments ^ Double.doubleToLongBits(from));
        int onceFrom = threshold(from);
        int onceTo = threshold(to);
        int firstFrom = threshold(firstWriteBefore(from));
        int firstTo = threshold(firstWriteBefore(to));
        int again = threshold(1 - Math.exp(-rate * (to - from)));
        for (int i = 0; i < denseCount; i++) {
            long place = place(wordIndexes[i]);
            long key = moments + place;
            long once = masks[i] & ~repeatedMasks[i];
            long repeated = repeatedMasks[i];
            long part = once == 0 ? 0 : below(onceTo, key, once) & ~below(onceFrom, key, once);
            if (repeated != 0) {
                long firstBefore = below(firstFrom, key, repeated);
                part |= below(firstTo, key, repeated) & ~firstBefore;
                part |= firstBefore == 0 ? 0 : firstBefore & below(again, repeats + place, repeated);
            }
            into.addWord(wordIndexes[i], part);
        }
    }

    private double firstWriteBefore(double fraction) {
        return (1 - Math.exp(-rate * fraction)) / (1 - Math.exp(-rate));
    }

    private void draw(long wantedEpoch, long wantedTurn) {
        if (wantedEpoch != epoch || wantedTurn != turn) {
            load(wantedEpoch);
            turn = wantedTurn;
            moments = mix(seed ^ mix(turn * history.epochs() + epoch));
            drawMoments();
        }
    }

    /** Pages that were written once, few to a word, go into the index; of words with any others the rest stays. */
    private void drawMoments() {
        index.clear();
        denseCount = 0;
        for (int i = 0; i < wordCount; i++) {
            long once = masks[i] & ~repeatedMasks[i];
            boolean few = Long.bitCount(once) <= FEW_PAGES;
            if (few) {
                drawEach(wordIndexes[i], once);
            }
            if (!few || repeatedMasks[i] != 0) {
                wordIndexes[denseCount] = wordIndexes[i];
                masks[denseCount] = few ? repeatedMasks[i] : masks[i];
                repeatedMasks[denseCount++] = repeatedMasks[i];
            }
        }
        index.order();
    }

    private void drawEach(int wordIndex, long pages) {
        long key = moments + place(wordIndex);
        for (long rest = pages; rest != 0; rest &= rest - 1) {
            int bit = Long.numberOfTrailingZeros(rest);
            index.add(((long) wordIndex << 6) + bit, moment(key, bit));
        }
    }

    private static long place(int wordIndex) {
        return wordIndex * 0x9E3779B97F4A7C15L;
    }

    /** The number of a page in a word with few. */
    private static long moment(long key, int bit) {
        return mix(key + bit * 0xD1B54A32D192ED03L) >>> (Long.SIZE - PROBABILITY_BITS);
    }

    private void load(long wanted) {
        fillSets(wanted);
        epoch = wanted;
        wordCount = current.wordCount();
        makeRoom();
        for (int i = 0; i < wordCount; i++) {
            int wordIndex = current.wordIndex(i);
            wordIndexes[i] = wordIndex;
            masks[i] = current.word(wordIndex);
            repeatedMasks[i] = masks[i] & following.word(wordIndex);
        }
        rate = estimateRate();
    }

    /** Epochs are mostly wanted in order: then two of the three are there. */
    private void fillSets(long wanted) {
        WrittenPages before = current;
        current = following;
        following = afterwards;
        afterwards = before;
        if (epoch < 0 || wanted != (epoch + 1) % history.epochs()) {
            fill(current, wanted);
            fill(following, wanted + 1);
        }
        fill(afterwards, wanted + 2);
    }

    /** Behind the last epoch comes the first: a history that is too short is played again. */
    private void fill(WrittenPages set, long wanted) {
        set.clear();
        reader.moveTo(wanted % history.epochs());
        set.addAll(reader);
    }

    private void makeRoom() {
        if (wordCount > masks.length) {
            int capacity = Math.max(wordCount, 2 * masks.length);
            wordIndexes = new int[capacity];
            masks = new long[capacity];
            repeatedMasks = new long[capacity];
        }
    }

    private double estimateRate() {
        long twice = 0;
        long thrice = 0;
        for (int i = 0; i < wordCount; i++) {
            twice += Long.bitCount(repeatedMasks[i]);
            thrice += Long.bitCount(repeatedMasks[i] & afterwards.word(wordIndexes[i]));
        }
        return thrice < twice ? Math.max(RATE_MIN, -Math.log1p(-thrice / (double) twice)) : rateOfNoMiss(twice);
    }

    /**
     * When none of n pages was missed, all that is known is that the rate is hardly below {@code ln 2n}. Twice that is taken: a
     * rest that is forecast too small would promise an end that does not come.
     */
    private static double rateOfNoMiss(long pages) {
        return pages == 0 ? RATE_MIN : 2 * Math.log(2.0 * pages);
    }

    private static int threshold(double probability) {
        return (int) Math.round(probability * (1 << PROBABILITY_BITS));
    }

    /** Those of some pages of a word whose number is below a threshold. The same key gives the same numbers for every threshold. */
    private static long below(int threshold, long key, long pages) {
        if (threshold <= 0) {
            return 0;
        }
        if (threshold >= 1 << PROBABILITY_BITS) {
            return pages;
        }
        return Long.bitCount(pages) <= FEW_PAGES ? eachBelow(threshold, key, pages) : pages & allBelow(threshold, key);
    }

    /** A hash for each page: cheaper where a guest writes here and there. Nobody could predict a branch on it. */
    private static long eachBelow(int threshold, long key, long pages) {
        long found = 0;
        for (long rest = pages; rest != 0; rest &= rest - 1) {
            long less =
                    (moment(key, Long.numberOfTrailingZeros(rest)) - threshold) >> (Long.SIZE - 1); // all ones, or none
            found |= Long.lowestOneBit(rest) & less;
        }
        return found;
    }

    /** 64 numbers of 16 bits, compared at once: bit i of the n-th hash is bit n of number i. */
    private static long allBelow(int threshold, long key) {
        long less = 0;
        for (int bit = Integer.numberOfTrailingZeros(threshold); bit < PROBABILITY_BITS; bit++) {
            long ones = mix(key ^ (bit + 1) * 0xD1B54A32D192ED03L);
            less = (threshold >>> bit & 1) != 0 ? ~ones | less : ~ones & less;
        }
        return less;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
