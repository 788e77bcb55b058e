package org.ramtracker.migrate;

/**
 * Xen's threshold: stop when a sync found fewer than so many pages, however fast or slow the link. The first round has all of
 * RAM.
 */
final class FewDirtyPages implements Rule {
    private final long pagesEnough;

    /** Stops below {@code pagesEnough} pages. */
    FewDirtyPages(long pagesEnough) {
        this.pagesEnough = pagesEnough;
    }

    @Override
    public Verdict judge(Moment moment) {
        return RoundPages.foundBy(moment.stats()) < pagesEnough
                ? Verdict.stop(ConvergenceRule.FEW_DIRTY_PAGES, moment)
                : Verdict.CONTINUE;
    }
}
