package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ramtracker.forecast.Forecast;
import org.ramtracker.forecast.SweepRow;

/**
 * Rows of a sweep for people: for each trace and downtime limit a matrix of policies and bandwidths. A cell is the total time and
 * the downtime, or how the migration ended.
 */
public final class SweepTable {
    private record Group(String trace, long downtimeLimitNanos) {}

    private SweepTable() {}

    /**
     * The matrices.
     *
     * @param rows the rows
     * @return their lines
     */
    public static List<String> of(List<SweepRow> rows) {
        Map<Group, List<SweepRow>> groups = rows.stream()
                .collect(Collectors.groupingBy(
                        row -> new Group(
                                row.sweepCase().trace().name(), row.sweepCase().downtimeLimitNanos()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<String> lines = new ArrayList<>();
        groups.forEach((group, members) -> addMatrix(lines, group, members));
        lines.add(
                "~ marginal: 10 % more or less of bandwidth or dirty rate decide; ! forced, or a downtime above the limit");
        return lines;
    }

    private static void addMatrix(List<String> lines, Group group, List<SweepRow> rows) {
        List<Long> bandwidths = rows.stream()
                .map(row -> row.sweepCase().bandwidthBytesPerSecond())
                .distinct()
                .toList();
        lines.add("%s, downtime limit %s".formatted(group.trace, Figures.duration(group.downtimeLimitNanos)));
        lines.add(line("policy", bandwidths.stream().map(Figures::linkRate).toList()));
        rows.stream()
                .map(row -> row.sweepCase().policy())
                .distinct()
                .forEach(policy -> lines.add(line(
                        policy,
                        bandwidths.stream()
                                .map(bandwidth -> cell(rows, policy, bandwidth))
                                .toList())));
        lines.add("");
    }

    private static String line(String policy, List<String> cells) {
        return ("%-18s".formatted(policy)
                        + cells.stream().map(" %-22s"::formatted).collect(Collectors.joining()))
                .stripTrailing();
    }

    /** A shard has holes. */
    private static String cell(List<SweepRow> rows, String policy, long bandwidth) {
        return rows.stream()
                .filter(row -> row.sweepCase().policy().equals(policy)
                        && row.sweepCase().bandwidthBytesPerSecond() == bandwidth)
                .findFirst()
                .map(SweepTable::cell)
                .orElse("");
    }

    private static String cell(SweepRow row) {
        String words = switch (row.end()) {
            case FITTED -> isAboveLimit(row) ? "! " + times(row) : times(row);
            case FORCED -> "! " + times(row);
            case CANCELLED -> "cancelled " + Figures.duration(row.totalNanos());
            case STEADY, HORIZON -> "never";
        };
        return row.verdict() == Forecast.Verdict.MARGINAL ? "~ " + words : words;
    }

    /** What fitted when it was expected need not have fitted, nor need it if a rule raised the limit. */
    private static boolean isAboveLimit(SweepRow row) {
        return row.downtimeNanos() > row.sweepCase().downtimeLimitNanos();
    }

    private static String times(SweepRow row) {
        return Figures.duration(row.totalNanos()) + " / " + Figures.duration(row.downtimeNanos());
    }
}
