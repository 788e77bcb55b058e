package org.ramtracker.sim.monitor.hmp;

/** Collects the words of one command that does not wait. */
final class TextConsole implements Console {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void print(String words) {
        text.append(words);
    }

    @Override
    public boolean canWait() {
        return false;
    }

    @Override
    public void showProgress(String line) {
        throw new IllegalStateException("nobody waits");
    }

    @Override
    public long progressIntervalMillis() {
        throw new IllegalStateException("nobody waits");
    }

    @Override
    public boolean takeInterrupt() {
        return false;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
