package org.ramtracker.forecast;

import java.util.Arrays;
import java.util.List;

/**
 * The answer: whether a migration converges, and how it would go.
 *
 * @param verdict the answer in a word
 * @param request what was asked
 * @param course how it goes with everything as it was said to be
 * @param overturnedBy the deviations that would make the outcome another one; empty unless the verdict is marginal
 */
public record Forecast(Verdict verdict, ForecastRequest request, Course course, List<Deviation> overturnedBy) {
    /** The answer in a word. */
    public enum Verdict {
        /** What remains comes to fit the downtime limit, also if the world is a tenth harder. */
        CONVERGES("converges"),
        /** It does not, also if the world is a tenth easier; a rule may force it to an end, or cancel it. */
        DOES_NOT_CONVERGE("does-not-converge"),
        /** A tenth more or less of the bandwidth or of the dirty rate decides. */
        MARGINAL("marginal");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        /**
         * The word for programs.
         *
         * @return {@code converges}, {@code does-not-converge} or {@code marginal}
         */
        public String word() {
            return word;
        }

        /**
         * The verdict of a word.
         *
         * @param word {@link #word} of one
         * @return the verdict
         * @throws IllegalArgumentException if there is none of that word
         */
        public static Verdict ofWord(String word) {
            return Arrays.stream(values())
                    .filter(verdict -> verdict.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no verdict '%s'".formatted(word)));
        }
    }

    /** Keeps a list of its own. */
    public Forecast {
        overturnedBy = List.copyOf(overturnedBy);
    }

    /**
     * Whether the guest went on beyond the end of its history, which was then played again from its beginning.
     *
     * @return true if more was forecast than was recorded
     */
    public boolean isExtrapolated() {
        return request.startNanos() + course.historyNanos() > request.history().durationNanos();
    }
}
