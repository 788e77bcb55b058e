package org.ramtracker.forecast;

/**
 * What the guest wrote up to now, for a look at the contents of pages: a page that was zero and was written travels whole from then
 * on, also if no sync has found it yet. An epoch counts as a whole from its middle on.
 *
 * <p>Threads: single-threaded. Beyond the end of the history nothing is new: it is played again.
 */
final class GuestWrites implements PageKindTable.Writes {
    /** At the first one that was not told yet. */
    private final DirtyHistory.Epochs epoch;

    private final long epochs;
    private final long startNanos;
    private final ReplayedGuest guest;
    private long toldEpochs;

    /**
     * Writes from the beginning of the history on.
     *
     * @param request what history, and from where in it
     * @param guest how far it has come
     */
    GuestWrites(ForecastRequest request, ReplayedGuest guest) {
        epoch = request.history().read();
        epochs = request.history().epochs();
        startNanos = request.startNanos();
        this.guest = guest;
        epoch.moveTo(0);
    }

    @Override
    public boolean tell(PageKindTable kinds) {
        long nowNanos = startNanos + guest.ranNanos();
        long before = toldEpochs;
        while (toldEpochs < epochs && isHalfOver(nowNanos)) {
            while (epoch.nextRun()) {
                kinds.writtenRun(epoch.runFirstPage(), epoch.runFirstPage() + epoch.runPages());
            }
            toldEpochs++;
            if (toldEpochs < epochs) {
                epoch.moveTo(toldEpochs);
            }
        }
        return toldEpochs > before;
    }

    private boolean isHalfOver(long nowNanos) {
        return nowNanos - epoch.startNanos() >= epoch.endNanos() - nowNanos;
    }
}
