package org.ramtracker.migrate;

/**
 * Switch over when the expected downtime is within the limit: {@code R / B + C <= L}.
 *
 * <p>And when nothing remains or is in flight, whatever the limit: the expected downtime is then the fixed cost, which no further pass
 * can lower. The agent asks again after a sync, so this means that the guest has dirtied nothing since the last one.
 */
final class BaseRule implements Rule {
    private static final Verdict FITS = Verdict.switchOver(ConvergenceRule.DOWNTIME_LIMIT);
    private static final Verdict FITS_RAISED_LIMIT = Verdict.switchOver(ConvergenceRule.CONVERGENCE_TIMEOUT);

    @Override
    public Verdict judge(Moment moment) {
        if (ExpectedDowntime.toArriveBytes(moment.stats()) == 0) {
            return FITS;
        }
        return moment.fitsLimit() ? fits(moment) : Verdict.CONTINUE;
    }

    private static Verdict fits(Moment moment) {
        return moment.expectedDowntimeNanos() <= moment.parameters().downtimeLimitNanos() ? FITS : FITS_RAISED_LIMIT;
    }
}
