package org.ramtracker.live;

/** Waits for a channel's thread, whose guest memory may be unmapped afterwards, so whoever interrupts; the interrupt is kept. */
final class Joining {
    private Joining() {}

    static void uninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
