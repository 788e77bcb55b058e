package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** Whatever fails, wherever: the end is legal, nothing is lost, and the next attempt succeeds. */
class PrecopyFaultsTest {
    private static final int RUNS = 10_000;
    private static final int MUTANT_RUNS = 1_000;

    private static GuestMemory memory;

    @BeforeAll
    static void mapMemory() throws IOException {
        memory = GuestMemory.builder(PageSize.KIB_4)
                .block("low", 0, 37 * 4096, new Backing.Anonymous())
                .block("one", 0x100_0000, 4096, new Backing.Anonymous())
                .block("high", 0x1_0000_0000L, 70 * 4096, new Backing.Anonymous())
                .build();
    }

    @AfterAll
    static void unmapMemory() {
        memory.close();
    }

    @Test
    void everyRunEndsLegallyWithEveryDirtyPageAccountedForAndTheNextAttemptSucceeds() {
        Map<MigrationStatus, Integer> ends = new EnumMap<>(MigrationStatus.class);
        for (long seed = 0; seed < RUNS; seed++) {
            try (FaultyWorld world = new FaultyWorld(memory, seed)) {
                ends.merge(run(world), 1, Integer::sum);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(ends).containsOnlyKeys(MigrationStatus.COMPLETED, MigrationStatus.FAILED, MigrationStatus.CANCELLED);
        assertThat(ends.values()).allMatch(count -> count > RUNS / 20);
    }

    @Test
    void logThatClearsAPageWithoutReportingItIsCaught() {
        assertCaught(seed -> new FaultyWorld(memory, seed) {
            @Override
            void fetch(PageBitmap pending, int page) {
                super.fetch(pending, page);
                if (random.nextInt(10) == 0) {
                    pending.remove(page, 1);
                }
            }
        });
    }

    @Test
    void roundThatForgetsTakenPagesOnFailureIsCaught() {
        assertCaught(seed -> new FaultyWorld(memory, seed) {
            @Override
            void beforeOfferFails() {
                round.commit();
            }
        });
    }

    @Test
    void pauseThatIsReportedBeforeTheLastWriterStoppedIsCaught() {
        assertCaught(seed -> new FaultyWorld(memory, seed) {
            @Override
            int drainedAt() {
                return 1;
            }
        });
    }

    @Test
    void sinkThatDropsPagesIsCaught() {
        assertCaught(seed -> new FaultyWorld(memory, seed) {
            @Override
            void deliver(int page) {
                if (random.nextInt(50) != 0) {
                    super.deliver(page);
                }
            }
        });
    }

    @Test
    void throttleThatIsForgottenIsCaught() {
        assertCaught(seed -> new FaultyWorld(memory, seed) {
            @Override
            public void throttle(int percent) {
                if (percent > 0) {
                    super.throttle(percent);
                }
            }
        });
    }

    private static MigrationStatus run(FaultyWorld world) {
        PrecopyAgent agent = world.attemptWithFaults();
        world.check(agent);
        MigrationStatus status = agent.outcome().orElseThrow().status();
        if (status != MigrationStatus.COMPLETED) {
            PrecopyAgent next = world.attemptWithoutFaults();
            world.check(next);
            assertThat(next.outcome().orElseThrow().status()).isEqualTo(MigrationStatus.COMPLETED);
        }
        return status;
    }

    private static void assertCaught(LongFunction<FaultyWorld> mutants) {
        int caught = 0;
        for (long seed = 0; seed < MUTANT_RUNS; seed++) {
            try (FaultyWorld world = mutants.apply(seed)) {
                run(world);
            } catch (AssertionError e) {
                caught++;
            }
        }
        assertThat(caught)
                .as("runs of %d in which the mutant was caught", MUTANT_RUNS)
                .isPositive();
    }
}
