package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.sim.guest.Guest;
import org.ramtracker.sim.guest.GuestStats;

/** Whether a guest has its full speed back after an attempt to move it. */
final class FullSpeed {
    private static final int CHANCES = 20;

    private FullSpeed() {}

    /** Bytes of pages a second. */
    static long medianRate(Guest guest) throws InterruptedException {
        long[] rates = new long[5];
        for (int i = 0; i < rates.length; i++) {
            GuestStats start = guest.stats();
            Thread.sleep(20);
            rates[i] = guest.stats().bytesPerSecondSince(start);
        }
        Arrays.sort(rates);
        return rates[rates.length / 2];
    }

    /** Other work on the host may slow the guest down for a while, so it gets several chances. */
    static void assertBack(SimulatedVm vm, long before) throws InterruptedException {
        assertLoggingIsOff(vm);
        long best = 0;
        for (int chance = 0; chance < CHANCES && best < before / 2; chance++) {
            best = Math.max(best, medianRate(vm.guest()));
        }
        assertThat(best).as("bytes/s, %d before", before).isGreaterThanOrEqualTo(before / 2);
    }

    /** A log of the kernel's that runs answers a sync, one that does not run refuses it. */
    static void assertLoggingIsOff(SimulatedVm vm) {
        try (PageBitmap pending = new PageBitmap(vm.memory().pages())) {
            assertThatThrownBy(() -> vm.log().sync(pending)).hasMessageContaining("the log does not run");
        }
    }
}
