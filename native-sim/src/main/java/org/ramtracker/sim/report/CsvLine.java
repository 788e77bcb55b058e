package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A line of RFC 4180, of values that have no line breaks. */
final class CsvLine {
    private static final Pattern SPECIAL = Pattern.compile("[\",]");
    private static final Pattern VALUE = Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))(?:,|$)");

    private CsvLine() {}

    static String of(List<String> values) {
        return values.stream().map(CsvLine::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(String value) {
        return SPECIAL.matcher(value).find() ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }

    /** The values; of a line that is none, those before the place where it is not. */
    static List<String> split(String line) {
        List<String> values = new ArrayList<>();
        Matcher matcher = VALUE.matcher(line);
        while (matcher.find()) {
            String quoted = matcher.group(1);
            values.add(quoted == null ? matcher.group(2) : quoted.replace("\"\"", "\""));
            if (matcher.end() == line.length() && !line.endsWith(",")) {
                break;
            }
        }
        return values;
    }
}
