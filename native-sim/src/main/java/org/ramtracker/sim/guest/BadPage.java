package org.ramtracker.sim.guest;

/**
 * A page that does not hold what the guest wrote.
 *
 * @param fault what is wrong with it
 * @param block name of its block
 * @param offsetBytes offset in the block of the first wrong word
 * @param pageInBlock the page, counted from the start of the block
 * @param expected the word that should be there
 * @param actual the word that is there
 * @param expectedStep the step that wrote the page last, -1 if none did
 */
public record BadPage(
        Fault fault, String block, long offsetBytes, long pageInBlock, long expected, long actual, long expectedStep) {

    /** What is wrong with a page. */
    public enum Fault {
        /** An older content of the same page: a write was lost. */
        STALE("holds an older content of this page"),
        /** Contents of the same page from several moments. */
        TORN("mixes contents of this page from several moments"),
        /** A content that the page only gets later: somebody wrote after the guest was paused. */
        AHEAD("holds a write that came after the guest's state was taken"),
        /** Nothing that this guest ever wrote there. */
        FOREIGN("holds what the guest never wrote there");

        private final String sentence;

        Fault(String sentence) {
            this.sentence = sentence;
        }
    }

    @Override
    public String toString() {
        return "block %s page %d %s: at offset 0x%x 0x%016x instead of 0x%016x (%s)"
                .formatted(block, pageInBlock, fault.sentence, offsetBytes, actual, expected, lastWrite());
    }

    private String lastWrite() {
        return expectedStep < 0 ? "never written since start-up" : "last written by step " + expectedStep;
    }
}
