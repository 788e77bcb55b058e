package org.ramtracker.sim.report;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ramtracker.forecast.SweepCase;
import org.ramtracker.forecast.SweepRow;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How rows of a sweep are written, each on a line of its own that begins with the key of its case. */
public enum SweepFormat {
    /** One JSON object a line. */
    JSON_LINES("{\"case\":\"") {
        @Override
        public String line(SweepRow row) {
            return SweepFields.of(row).toString();
        }

        @Override
        JsonNode fields(String line) {
            return JSON.readTree(line);
        }
    },
    /** RFC 4180, with a header. */
    CSV("") {
        @Override
        public Optional<String> header() {
            return Optional.of(String.join(",", SweepFields.NAMES));
        }

        @Override
        public String line(SweepRow row) {
            JsonNode fields = SweepFields.of(row);
            return CsvLine.of(SweepFields.NAMES.stream()
                    .map(name -> SweepFields.text(fields, name))
                    .toList());
        }

        @Override
        JsonNode fields(String line) {
            List<String> values = CsvLine.split(line);
            ObjectNode fields = JSON.createObjectNode();
            for (int i = 0; i < Math.min(values.size(), SweepFields.NAMES.size()); i++) {
                fields.put(SweepFields.NAMES.get(i), values.get(i));
            }
            return fields;
        }
    };

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int KEY_DIGITS = 16;
    private static final Pattern KEY_BEGINNING = Pattern.compile("[0-9a-f]{0,16}");

    /** What comes before the key. */
    private final String opening;

    SweepFormat(String opening) {
        this.opening = opening;
    }

    /**
     * The first line of a file.
     *
     * @return the line, without its end; empty if rows begin at once
     */
    public Optional<String> header() {
        return Optional.empty();
    }

    /**
     * A row as a line.
     *
     * @param row the row
     * @return the line, without its end
     */
    public abstract String line(SweepRow row);

    abstract JsonNode fields(String line);

    /**
     * The key of the case that a line is the row of.
     *
     * @param line a line without its end
     * @return the key; empty if it is no row of a sweep
     */
    public Optional<String> key(String line) {
        try {
            JsonNode fields = fields(line);
            boolean complete = beginsAsRow(line) && SweepFields.NAMES.stream().allMatch(fields::has);
            return complete ? Optional.of(fields.get(SweepFields.KEY).asString()) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a line begins as a row does: a last one without an end may be a row that was being written.
     *
     * @param line the line, or what there is of it
     * @return false if no row begins so
     */
    public boolean beginsAsRow(String line) {
        if (!line.startsWith(opening)) {
            return opening.startsWith(line);
        }
        String key = line.substring(opening.length(), Math.min(line.length(), opening.length() + KEY_DIGITS));
        return KEY_BEGINNING.matcher(key).matches();
    }

    /**
     * The row of a line.
     *
     * @param line a line that has a {@link #key}
     * @param cases the case of each key
     * @return the row
     * @throws IllegalArgumentException if a value is missing, or is none of its field
     */
    public SweepRow row(String line, Map<String, SweepCase> cases) {
        try {
            return SweepFields.row(fields(line), cases);
        } catch (NoSuchElementException | ArithmeticException | JacksonException e) {
            throw new IllegalArgumentException("no row of a sweep: " + line, e);
        }
    }
}
