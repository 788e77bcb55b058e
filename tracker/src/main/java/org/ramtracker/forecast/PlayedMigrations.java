package org.ramtracker.forecast;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ramtracker.migrate.ConvergencePolicy;
import org.ramtracker.migrate.Decision;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.RuleMemory;

/**
 * Migrations that were played, for requests that would go the same way: many policies agree from the first question to the last
 * where a guest converges soon.
 *
 * <p>A policy is a pure function, and its decisions are all that the engine hears of it. So what a policy was asked in one migration
 * is what another policy would be asked in the same world, for as long as both answer alike; where they do so to the end, the other
 * migration is the same one and need not be played.
 *
 * <p>Threads: any number may play. Two that ask for the same at the same time may both play it, with the same result.
 */
final class PlayedMigrations {
    /** A trace and a link have up to fifteen: three limits, each with what is a tenth off. The latest are kept. */
    private static final int WORLDS_MAX = 16;

    /**
     * Of a migration with more questions, four MiB of them, nothing is found again. It is long because of rules that few others have. A
     * guest of 4 GiB that writes two thirds of what the link carries is asked about 3000 times.
     */
    private static final int QUESTIONS_MAX = 8192;

    private final int questionsMax;
    private final Map<ForecastRequest, Question> worlds = new LinkedHashMap<>(WORLDS_MAX, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ForecastRequest, Question> eldest) {
            return size() > WORLDS_MAX;
        }
    };

    PlayedMigrations() {
        this(QUESTIONS_MAX);
    }

    /** For tests: finds migrations of so many questions again. */
    PlayedMigrations(int questionsMax) {
        this.questionsMax = questionsMax;
    }

    /** Plays a migration through, unless one was that goes the same way. */
    Course play(ForecastRequest request) {
        Question first = firstQuestion(world(request));
        return find(request, first).orElseGet(() -> play(request, first));
    }

    private Course play(ForecastRequest request, Question first) {
        Transcript transcript = new Transcript(first, questionsMax);
        Course course = VirtualMigration.play(request, new Asking(request.policy(), transcript));
        transcript.end(request, course);
        return course;
    }

    private synchronized Question firstQuestion(ForecastRequest world) {
        return worlds.computeIfAbsent(world, any -> new Question());
    }

    /** The request without its rules: with those parameters alone that the engine looks at itself. */
    private static ForecastRequest world(ForecastRequest request) {
        MigrationParameters all = request.parameters();
        MigrationParameters parameters = MigrationParameters.defaults();
        for (MigrationParameter parameter : new MigrationParameter[] {
            MigrationParameter.MAX_BANDWIDTH,
            MigrationParameter.DOWNTIME_LIMIT,
            MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH
        }) {
            parameters = parameters.with(parameter, all.get(parameter));
        }
        return request.withPolicy(ConvergencePolicy.standard()).withParameters(parameters);
    }

    private static Optional<Course> find(ForecastRequest request, Question first) {
        RuleMemory memory = RuleMemory.none();
        Question at = first;
        while (at != null) {
            Optional<Course> course = at.courseOf(request);
            MigrationStats stats = at.stats();
            if (course.isPresent() || stats == null) {
                return course;
            }
            Decision decision = request.policy().decide(stats, request.parameters(), memory);
            memory = decision.memory();
            at = at.next(decision);
        }
        return Optional.empty();
    }

    /** Hands questions on to a policy, whose answers stay its own. */
    private record Asking(ConvergencePolicy policy, Transcript transcript) implements ConvergencePolicy {
        @Override
        public Decision decide(MigrationStats stats, MigrationParameters parameters, RuleMemory memory) {
            Decision decision = policy.decide(stats, parameters, memory);
            transcript.note(stats, decision);
            return decision;
        }
    }

    /** Writes questions down with the answers. */
    private static final class Transcript {
        private @Nullable Question at;
        private int questionsLeft;

        /** Where it left what others had asked, and by which answer. */
        private @Nullable Question branchedAt;

        private @Nullable Decision branch;

        Transcript(Question first, int questionsMax) {
            at = first;
            questionsLeft = questionsMax;
        }

        void note(MigrationStats stats, Decision decision) {
            if (at != null) {
                at = questionsLeft-- > 0 ? follow(at, stats, decision) : forget();
            }
        }

        private Question follow(Question asked, MigrationStats stats, Decision decision) {
            if (branch == null && asked.next(decision) == null) {
                branchedAt = asked;
                branch = decision;
            }
            return asked.answer(stats, decision);
        }

        /** Nobody would find an end there. */
        private @Nullable Question forget() {
            if (branchedAt != null && branch != null) {
                branchedAt.forget(branch);
            }
            return null;
        }

        void end(ForecastRequest request, Course course) {
            if (at != null) {
                at.end(request, course);
            }
        }
    }
}
