package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ramtracker.forecast.DirtyHistory;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import org.ramtracker.forecast.TraceIdentity;
import org.ramtracker.sim.report.OutputPlace;
import org.ramtracker.sim.report.SweepFile;
import org.ramtracker.sim.report.SweepFormat;
import org.ramtracker.sim.report.html.ForecastReport;

/** Where the rows of a sweep go, and where those come from that were there before. All places are looked at before any is changed. */
final class SweepOutputs implements AutoCloseable {
    private final List<SweepFile> files = new ArrayList<>();
    private final List<Path> reports = new ArrayList<>();
    private final Map<String, SweepRow> rows = new HashMap<>();

    private SweepOutputs() {}

    /**
     * Opens what is there.
     *
     * @throws IllegalArgumentException if the ending of one does not say what it is
     * @throws IOException if one cannot be written, or holds something else
     */
    static SweepOutputs open(List<Path> outputs) throws IOException {
        SweepOutputs opened = new SweepOutputs();
        try {
            for (Path output : outputs) {
                opened.add(output);
            }
            return opened;
        } catch (IOException | RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private void add(Path output) throws IOException {
        String name = String.valueOf(output.getFileName());
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "jsonl" -> addRows(output, SweepFormat.JSON_LINES);
            case "csv" -> addRows(output, SweepFormat.CSV);
            case "html" -> {
                ForecastReport.requireUsable(output);
                reports.add(output);
            }
            default ->
                throw new IllegalArgumentException(
                        "--output %s: give it an ending that says what to write: .jsonl, .csv or .html"
                                .formatted(output));
        }
    }

    private void addRows(Path output, SweepFormat format) throws IOException {
        OutputPlace.requireUsable(output);
        files.add(SweepFile.open(output, format));
    }

    /**
     * The cases that no file has a row of; the others are remembered.
     *
     * @throws IOException if a row is damaged
     */
    List<SweepCase> missing(List<SweepCase> cases) throws IOException {
        Map<String, SweepCase> byKey = cases.stream().collect(Collectors.toMap(SweepCase::key, each -> each));
        List<SweepCase> missing = new ArrayList<>();
        for (SweepCase sweepCase : cases) {
            rowFromBefore(sweepCase.key(), byKey)
                    .ifPresentOrElse(found -> rows.put(sweepCase.key(), found), () -> missing.add(sweepCase));
        }
        return missing;
    }

    private Optional<SweepRow> rowFromBefore(String key, Map<String, SweepCase> cases) throws IOException {
        for (SweepFile file : files) {
            Optional<SweepRow> row = file.row(key, cases);
            if (row.isPresent()) {
                return row;
            }
        }
        return Optional.empty();
    }

    /** A row that was played. */
    void add(SweepRow row) {
        rows.put(row.sweepCase().key(), row);
        try {
            for (SweepFile file : files) {
                file.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All rows in order, in all files and reports. */
    List<SweepRow> finish(List<SweepCase> cases, Function<TraceIdentity, DirtyHistory> histories) throws IOException {
        List<String> keys = cases.stream().map(SweepCase::key).toList();
        List<SweepRow> ordered =
                keys.stream().map(key -> Objects.requireNonNull(rows.get(key))).toList();
        for (SweepFile file : files) {
            for (SweepRow row : ordered) {
                file.add(row);
            }
            file.order(keys);
        }
        for (Path report : reports) {
            ForecastReport.write(report, ordered, histories);
        }
        return ordered;
    }

    @Override
    public void close() throws IOException {
        for (SweepFile file : files) {
            file.close();
        }
    }
}
