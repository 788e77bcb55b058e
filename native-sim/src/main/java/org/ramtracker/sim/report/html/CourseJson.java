package org.ramtracker.sim.report.html;

import java.util.ArrayList;
import java.util.List;
import org.ramtracker.forecast.Course;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.Switchover;
import org.ramtracker.sim.report.Figures;
import org.ramtracker.sim.report.ForecastReason;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a migration went, as points of bounded number: what remains right after each sync and right before the next, between
 * which it only shrinks, and the downtime that this would mean at the bandwidth known then.
 */
final class CourseJson {
    /** Two for each part of the time: its largest and its least. */
    static final int POINTS_MAX = 240;

    static final int EVENTS_MAX = 60;

    private static final double NANOS_PER_SECOND = 1e9;

    private record Point(long nanos, double remainingBytes, double expectedNanos) {}

    private CourseJson() {}

    static void put(ObjectNode json, Course course) {
        json.put("why", ForecastReason.of(course));
        for (Point point : thinned(points(course))) {
            json.withArray("t").add(point.nanos / NANOS_PER_SECOND);
            json.withArray("remaining").add(Math.round(point.remainingBytes));
            if (Double.isNaN(point.expectedNanos)) {
                json.withArray("expected").addNull();
            } else {
                json.withArray("expected").add(Math.round(point.expectedNanos / 1e3) / 1e6);
            }
        }
        json.put("end", course.stats().elapsedNanos() / NANOS_PER_SECOND);
        putEvents(json, course);
        course.switchover().ifPresent(switchover -> putSwitchover(json.putObject("switchover"), switchover, course));
    }

    private static List<Point> points(Course course) {
        List<Course.Moment> moments = course.moments();
        List<Point> points = new ArrayList<>();
        double nanosPerByte = Double.NaN;
        for (int i = 0; i < moments.size(); i++) {
            Course.Moment moment = moments.get(i);
            if (i > 0) {
                points.add(point(moment.elapsedNanos(), moment.remainingBytesBefore(), nanosPerByte));
            }
            // The first pass began before any bandwidth was known, so it is drawn with what was known at its end.
            boolean borrows = i == 0 && moments.size() > 1;
            nanosPerByte = nanosPerByte(borrows ? moments.get(1) : moment, nanosPerByte);
            points.add(point(moment.elapsedNanos(), moment.remainingBytes(), nanosPerByte));
        }
        addEnd(points, course, nanosPerByte);
        return points;
    }

    private static Point point(long nanos, long remainingBytes, double nanosPerByte) {
        return new Point(nanos, remainingBytes, remainingBytes * nanosPerByte);
    }

    private static double nanosPerByte(Course.Moment moment, double otherwise) {
        boolean known = moment.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS && moment.remainingBytes() > 0;
        return known ? moment.expectedDowntimeNanos() / (double) moment.remainingBytes() : otherwise;
    }

    private static void addEnd(List<Point> points, Course course, double nanosPerByte) {
        MigrationStats stats = course.stats();
        if (course.switchover().isPresent()) {
            Switchover switchover = course.switchover().get();
            boolean known = switchover.expectedDowntimeNanos() != MigrationStats.UNKNOWN_NANOS;
            points.add(new Point(
                    switchover.elapsedNanos(),
                    switchover.remainingBytes(),
                    known ? switchover.expectedDowntimeNanos() : Double.NaN));
            points.add(new Point(stats.elapsedNanos(), 0, Double.NaN));
        } else if (!points.isEmpty() && stats.elapsedNanos() > points.getLast().nanos) {
            points.add(point(stats.elapsedNanos(), stats.remainingBytes(), nanosPerByte));
        }
    }

    /** Of each part of the time, the point with the most and the one with the least that remains; the last ones are all kept. */
    private static List<Point> thinned(List<Point> points) {
        if (points.size() <= POINTS_MAX) {
            return points;
        }
        List<Point> kept = new ArrayList<>();
        int parts = POINTS_MAX / 2 - 1;
        int body = points.size() - 2;
        for (int part = 0; part < parts; part++) {
            addExtremes(
                    kept, points.subList((int) ((long) body * part / parts), (int) ((long) body * (part + 1) / parts)));
        }
        kept.addAll(points.subList(body, points.size()));
        return kept;
    }

    private static void addExtremes(List<Point> kept, List<Point> part) {
        Point least = part.getFirst();
        Point most = part.getFirst();
        for (Point point : part) {
            least = point.remainingBytes < least.remainingBytes ? point : least;
            most = point.remainingBytes > most.remainingBytes ? point : most;
        }
        kept.add(least.nanos <= most.nanos ? least : most);
        if (!least.equals(most)) {
            kept.add(least.nanos <= most.nanos ? most : least);
        }
    }

    /** The first tells the limit at the start. A rule may act a thousand times: then the last ones are left out. */
    private static void putEvents(ObjectNode json, Course course) {
        List<Course.Event> events = course.events();
        for (Course.Event event : events.subList(0, Math.min(EVENTS_MAX, events.size()))) {
            json.withArray("events")
                    .addObject()
                    .put("t", event.elapsedNanos() / NANOS_PER_SECOND)
                    .put("at", Figures.duration(event.elapsedNanos()))
                    .put("limit", event.downtimeLimitNanos() / NANOS_PER_SECOND)
                    .put("limitText", Figures.duration(event.downtimeLimitNanos()))
                    .put("throttle", event.throttlePercent());
        }
        json.put("eventsLeftOut", Math.max(0, events.size() - EVENTS_MAX));
    }

    private static void putSwitchover(ObjectNode json, Switchover switchover, Course course) {
        json.put("t", switchover.elapsedNanos() / NANOS_PER_SECOND);
        json.put("at", Figures.duration(switchover.elapsedNanos()));
        json.put("rule", switchover.rule().monitorName());
        json.put("remainingText", Figures.size(switchover.remainingBytes()));
        json.put("expectedText", Figures.duration(switchover.expectedDowntimeNanos()));
        json.put("limitText", Figures.duration(switchover.downtimeLimitNanos()));
        json.put("downtimeText", Figures.duration(course.stats().downtimeNanos()));
    }
}
