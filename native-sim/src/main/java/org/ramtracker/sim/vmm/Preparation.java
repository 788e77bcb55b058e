package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import org.ramtracker.live.WarmUp;
import org.ramtracker.migrate.SwitchoverCost;

/**
 * What either side of a large migration does before it meets the other: whole small migrations, until nothing is left to be compiled.
 *
 * <pre>
 *   rehearse | warm up until the compilers rest | rehearse for the cost of a switchover | warm up again
 * </pre>
 *
 * <p>Each rehearsal is two migrations. The first one is for the compilers: code that was compiled for the warm-up's guest alone is thrown away when a guest of
 * another class comes, and is compiled again while that one migrates. On two cores compilers that worked beside a migration took
 * a third of its processor time. The second rehearsal throws away less, and leaves the compilers its guest's self-check: warming up
 * again is the time that they get for it.
 *
 * <p>Once 8 s have passed since the beginning no warm-up begins another round. Only the second one always has its first, so that
 * it can take a round, a rehearsal and a round longer.
 */
public final class Preparation {
    /** On two quiet cores compilers rest after 2 to 4 s; a machine with much else to do has no use for more. */
    private static final Duration WARM_UP_MAX = Duration.ofSeconds(8);

    private Preparation() {}

    /**
     * Prepares this process.
     *
     * @param transfer in what form pages travel
     * @return what a switchover costs on this machine
     * @throws IOException if a migration within this process fails, as the one that counts would then do as well
     * @throws InterruptedException if the caller is interrupted
     */
    public static SwitchoverCost run(TransferSpec transfer) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + WARM_UP_MAX.toNanos();
        SwitchoverCost ignored = Rehearsal.run(transfer);
        WarmUp.run(transfer.channels(), until(endNanos));
        SwitchoverCost cost = Rehearsal.run(transfer);
        WarmUp.run(transfer.channels(), until(endNanos));
        return cost;
    }

    private static Duration until(long endNanos) {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }
}
