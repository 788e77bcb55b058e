package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the plots of {@code docs/convergence.md} from the real engine in virtual time: B = 409.6 MB/s, 328 MB of RAM, so that a
 * pass over all of it takes 800 ms. No promise, so not among the tests that run by themselves; to draw anew:
 *
 * <pre>./mvnw -pl tracker test -Dtest=ConvergencePlots</pre>
 */
class ConvergencePlots {
    private static final Path DIRECTORY = Path.of("../docs/images");

    /** The same as bitmaps, to look at. */
    private static final Path PICTURES = Path.of("target/plots");

    /** Digits that nobody sees: letters are drawn as outlines, and would make the files three times as large. */
    private static final Pattern TOO_EXACT = Pattern.compile("(\\d\\.\\d)\\d+");

    private static final long PAGES = 80_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final long HALF_OF_THE_LINK = 20_000;
    private static final long SIXTH_OF_THE_LINK = 60_000;
    private static final long FASTER_THAN_THE_LINK = 8_000;
    private static final long LINK_BYTES_PER_SECOND = 409_600_000;

    private static final Color EXPECTED = new Color(0x1f, 0x77, 0xb4);
    private static final Color LIMIT = new Color(0xd6, 0x27, 0x28);
    private static final Color THROTTLE = new Color(0x2c, 0xa0, 0x2c);

    /** What is drawn of a migration: a point at the end of each slice. */
    private static final class Curves {
        final List<Double> seconds = new ArrayList<>();
        final List<Double> expectedMillis = new ArrayList<>();
        final List<Double> limitMillis = new ArrayList<>();
        final List<Double> throttlePercent = new ArrayList<>();

        void add(MigrationStats stats) {
            if (stats.expectedDowntimeNanos() == MigrationStats.UNKNOWN_NANOS) {
                return;
            }
            seconds.add(stats.elapsedNanos() / NANOS_PER_SECOND);
            expectedMillis.add(stats.expectedDowntimeNanos() / NANOS_PER_MILLI);
            limitMillis.add(stats.downtimeLimitNanos() / NANOS_PER_MILLI);
            throttlePercent.add((double) stats.throttlePercent());
        }
    }

    @Test
    void base() throws IOException {
        draw("base", "The base rule: the guest dirties half of the link", limit30(), HALF_OF_THE_LINK);
    }

    @Test
    void hardStop() throws IOException {
        draw(
                "max-iterations",
                "max-iterations 10: the guest dirties 1.25 times the link",
                limit30().with(MigrationParameter.MAX_ITERATIONS, 10),
                FASTER_THAN_THE_LINK);
        draw(
                "max-transfer-factor",
                "max-transfer-factor 3: the guest dirties 1.25 times the link",
                limit30().with(MigrationParameter.MAX_TRANSFER_FACTOR, 3),
                FASTER_THAN_THE_LINK);
    }

    @Test
    void convergenceTimeout() throws IOException {
        draw(
                "convergence-timeout",
                "convergence-timeout 1 s: the guest dirties 1.25 times the link",
                limit30().with(MigrationParameter.CONVERGENCE_TIMEOUT, SECOND),
                FASTER_THAN_THE_LINK);
    }

    @Test
    void autoConverge() throws IOException {
        Curves curves = run(limit30().with(MigrationParameter.AUTO_CONVERGE, true), FASTER_THAN_THE_LINK);
        XYChart chart = chart("auto-converge: the guest dirties 1.25 times the link", curves);
        chart.getStyler().setYAxisLogarithmic(false).setYAxisMin(0.0);
        XYSeries throttle = chart.addSeries("throttle (%, right)", curves.seconds, curves.throttlePercent);
        style(throttle, THROTTLE);
        throttle.setYAxisGroup(1);
        chart.setYAxisGroupTitle(1, "throttle, %");
        chart.getStyler().setYAxisMin(1, 0.0).setYAxisMax(1, 100.0);
        chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        save(chart, "auto-converge");
    }

    @Test
    void deadline() throws IOException {
        draw(
                "max-total-time",
                "max-total-time 3 s, switch-over: the guest dirties 1.25 times the link",
                limit30()
                        .with(MigrationParameter.MAX_TOTAL_TIME, 3 * SECOND)
                        .with(MigrationParameter.MAX_TOTAL_TIME_ACTION, MaxTotalTimeAction.SWITCH_OVER.value()),
                FASTER_THAN_THE_LINK);
    }

    @Test
    void deadlineThatCancels() throws IOException {
        MigrationParameters parameters = limit30().with(MigrationParameter.MAX_TOTAL_TIME, 3 * SECOND);
        Curves curves = run(parameters, FASTER_THAN_THE_LINK, MigrationStatus.CANCELLED);
        save(
                chart("max-total-time 3 s, cancel: the guest dirties 1.25 times the link", curves),
                "max-total-time-cancel");
    }

    /** A limit of a quarter of the link holds while the guest runs, and not at the switchover. */
    @Test
    void operatorsBandwidth() throws IOException {
        MigrationParameters limited = limit30().with(MigrationParameter.MAX_BANDWIDTH, LINK_BYTES_PER_SECOND / 4);
        Curves measured = run(limited, SIXTH_OF_THE_LINK);
        Curves told = run(
                limited.with(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, LINK_BYTES_PER_SECOND), SIXTH_OF_THE_LINK);
        XYChart chart = chart("max-bandwidth a quarter of the link, of which the guest dirties a sixth", measured);
        chart.getStyler().setYAxisMax(5000.0);
        style(chart.addSeries("the same with avail-switchover-bandwidth", told.seconds, told.expectedMillis), THROTTLE);
        save(chart, "avail-switchover-bandwidth");
    }

    /** Six attempts that hand on what they learned, on a machine whose switchovers cost 23 ms besides the pages. */
    @Test
    void fixedCost() throws IOException {
        List<Integer> attempts = new ArrayList<>();
        List<Double> expected = new ArrayList<>();
        List<Double> actual = new ArrayList<>();
        SwitchoverCost cost = SwitchoverCost.unknown();
        for (int attempt = 1; attempt <= 6; attempt++) {
            try (VirtualWorld world = world(HALF_OF_THE_LINK)) {
                world.pauseNanos = 3 * MS;
                world.loadNanos = 20 * MS;
                PrecopyAgent agent =
                        world.agent().parameters(limit30()).switchoverCost(cost).build();
                world.drive(agent);
                MigrationOutcome outcome = agent.outcome().orElseThrow();
                Switchover switchover = outcome.switchover().orElseThrow();
                attempts.add(attempt);
                expected.add(switchover.expectedDowntimeNanos() / NANOS_PER_MILLI);
                actual.add(switchover.downtimeNanos() / NANOS_PER_MILLI);
                cost = outcome.switchoverCost();
            }
        }
        XYChart chart = plain("The fixed cost, learned from attempt to attempt", "attempt", "ms");
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(60.0).setXAxisDecimalPattern("0");
        style(chart.addSeries("expected downtime", attempts, expected), EXPECTED);
        XYSeries measured = chart.addSeries("actual downtime", attempts, actual);
        style(measured, THROTTLE);
        style(chart.addSeries("downtime limit", List.of(1, 6), List.of(30.0, 30.0)), LIMIT);
        save(chart, "fixed-cost");
    }

    private static void draw(String name, String title, MigrationParameters parameters, long nanosPerDirtyPage)
            throws IOException {
        save(chart(title, run(parameters, nanosPerDirtyPage)), name);
    }

    private static Curves run(MigrationParameters parameters, long nanosPerDirtyPage) throws IOException {
        return run(parameters, nanosPerDirtyPage, MigrationStatus.COMPLETED);
    }

    private static Curves run(MigrationParameters parameters, long nanosPerDirtyPage, MigrationStatus end)
            throws IOException {
        try (VirtualWorld world = world(nanosPerDirtyPage)) {
            PrecopyAgent agent = world.agent().parameters(parameters).build();
            Curves curves = new Curves();
            while (agent.outcome().isEmpty()) {
                world.slice(agent);
                curves.add(agent.stats());
            }
            assertThat(agent.stats().status()).isEqualTo(end);
            return curves;
        }
    }

    private static XYChart chart(String title, Curves curves) {
        XYChart chart = plain(title, "time since the start, s", "ms");
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMin(10.0)
                .setYAxisMax(1000.0)
                .setXAxisMin(0.0);
        style(chart.addSeries("expected downtime (R / B)", curves.seconds, curves.expectedMillis), EXPECTED);
        style(chart.addSeries("downtime limit", curves.seconds, curves.limitMillis), LIMIT);
        return chart;
    }

    private static XYChart plain(String title, String xAxis, String yAxis) {
        XYChart chart = new XYChartBuilder()
                .width(760)
                .height(340)
                .title(title)
                .xAxisTitle(xAxis)
                .yAxisTitle(yAxis)
                .build();
        chart.getStyler()
                .setLegendPosition(LegendPosition.OutsideS)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        return chart;
    }

    private static void style(XYSeries series, Color colour) {
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(2f));
    }

    private static void save(XYChart chart, String name) throws IOException {
        Files.createDirectories(DIRECTORY);
        Files.createDirectories(PICTURES);
        BitmapEncoder.saveBitmap(chart, PICTURES.resolve(name).toString(), BitmapFormat.PNG);
        Path file = DIRECTORY.resolve(name + ".svg");
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        Files.writeString(file, TOO_EXACT.matcher(Files.readString(file)).replaceAll("$1"));
    }

    private static MigrationParameters limit30() {
        return MigrationParameters.of(0, 30 * MS);
    }

    private static VirtualWorld world(long nanosPerDirtyPage) throws IOException {
        VirtualWorld world = new VirtualWorld(PAGES);
        world.nanosPerDirtyPage = nanosPerDirtyPage;
        return world;
    }
}
