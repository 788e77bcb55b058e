package org.ramtracker.sim.guest;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether every page of a guest holds exactly what the guest left there.
 *
 * @param checkedPages pages looked at: all that there are
 * @param writtenPages how many of them the guest has written at least once
 * @param steps writes made since the guest was created, over all threads
 * @param badPageCount pages that hold anything else
 * @param firstBadPages the first few of them, in the order of the blocks
 */
public record SelfCheckReport(
        long checkedPages, long writtenPages, long steps, long badPageCount, List<BadPage> firstBadPages) {
    /** How many bad pages are described one by one. */
    public static final int BAD_PAGES_DESCRIBED = 8;

    /** Copies the list. */
    public SelfCheckReport {
        firstBadPages = List.copyOf(firstBadPages);
    }

    /**
     * The verdict.
     *
     * @return true if no page is bad
     */
    public boolean isGood() {
        return badPageCount == 0;
    }

    /** This report with pages that were found bad in another way, before those found here. */
    SelfCheckReport with(List<BadPage> others) {
        List<BadPage> first = Stream.concat(others.stream(), firstBadPages.stream())
                .limit(BAD_PAGES_DESCRIBED)
                .toList();
        return new SelfCheckReport(checkedPages, writtenPages, steps, badPageCount + others.size(), first);
    }

    /** One line if all is good, and one more for each described page if not. */
    @Override
    public String toString() {
        String counts = "%d pages checked, %d of them written in %d steps".formatted(checkedPages, writtenPages, steps);
        if (isGood()) {
            return counts + ", all as the guest left them";
        }
        return firstBadPages.stream()
                .map(page -> "\n  " + page)
                .collect(Collectors.joining("", counts + ", " + badPageCount + " BAD:", ""));
    }
}
