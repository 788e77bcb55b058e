package org.ramtracker.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.Decision;
import org.ramtracker.migrate.MigrationStats;

/**
 * What a policy is asked at one point of a migration, and what followed from each answer: a tree of all that was asked in one world.
 * The first question is the same for every policy, and each other one follows from the answers so far.
 *
 * <pre>
 *   question --answer--&gt; question --answer--&gt; question ... --answer--&gt; course
 *                  \----answer--&gt; question ...
 * </pre>
 *
 * <p>Threads: any number.
 */
final class Question {
    private @Nullable MigrationStats stats;
    private final List<Answer> answers = new ArrayList<>(1);
    private final List<Ended> ended = new ArrayList<>(0);

    private record Answer(Decision decision, Question next) {
        /** What a policy remembers is nobody else's business. */
        boolean is(Decision other) {
            return decision.action() == other.action()
                    && decision.rule() == other.rule()
                    && decision.expectedDowntimeNanos() == other.expectedDowntimeNanos()
                    && decision.downtimeLimitNanos() == other.downtimeLimitNanos()
                    && decision.throttlePercent() == other.throttlePercent()
                    && Objects.equals(decision.reason(), other.reason());
        }
    }

    private record Ended(ForecastRequest request, Course course) {}

    /** What is asked; null if nobody got as far, or if no question followed. */
    synchronized @Nullable MigrationStats stats() {
        return stats;
    }

    /** What follows from an answer; null if nobody gave it. */
    synchronized @Nullable Question next(Decision decision) {
        for (Answer answer : answers) {
            if (answer.is(decision)) {
                return answer.next;
            }
        }
        return null;
    }

    /** A migration asks this, and gets an answer; returns what follows. */
    synchronized Question answer(MigrationStats asked, Decision decision) {
        stats = asked;
        Question known = next(decision);
        if (known != null) {
            return known;
        }
        Question next = new Question();
        answers.add(new Answer(decision, next));
        return next;
    }

    /** Whatever followed from an answer is not kept. */
    synchronized void forget(Decision decision) {
        answers.removeIf(answer -> answer.is(decision));
    }

    /** A migration ended here, instead of asking. */
    synchronized void end(ForecastRequest request, Course course) {
        ended.add(new Ended(request, course));
    }

    /** The course of a migration that ended here, if one for this request does as well. */
    synchronized Optional<Course> courseOf(ForecastRequest request) {
        return ended.stream()
                .filter(end -> SteadyState.endsAlike(end.request, end.course, request))
                .map(Ended::course)
                .findFirst();
    }
}
