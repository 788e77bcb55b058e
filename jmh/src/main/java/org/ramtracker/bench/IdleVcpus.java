package org.ramtracker.bench;

import org.ramtracker.migrate.VcpuControl;

/** The vCPUs of a guest that writes nothing. */
final class IdleVcpus implements VcpuControl {
    private boolean paused;

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public void requestPause() {
        paused = true;
    }

    @Override
    public boolean isDrained() {
        return paused;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void throttle(int percent) {}
}
