package org.ramtracker.sim.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A session in a guide, in a block that is marked {@code transcript}. What the words in it mean is said in {@code docs/monitor.md}.
 *
 * @param title the heading above it
 * @param steps what is done, in order
 */
record Transcript(String title, List<Step> steps) {
    private static final Pattern SHELL = Pattern.compile("\\$ (.*?)( &)?");
    private static final Pattern HMP = Pattern.compile("\\((?!ramtracker\\))(\\w+)\\) (.*)");
    private static final Pattern QMP = Pattern.compile("\\((\\w+) qmp\\) (.*)");
    private static final Pattern UNTIL = Pattern.compile("# until (.*)");
    private static final String BEGIN = "```transcript";
    private static final String END = "```";

    /** Something that is typed, and what comes of it. */
    record Step(Kind kind, String vm, String command, Optional<String> until, List<String> answer) {}

    /** Where it is typed. */
    enum Kind {
        SHELL,
        BACKGROUND,
        HMP,
        QMP
    }

    @Override
    public String toString() {
        return title;
    }

    /** All of a guide. */
    static List<Transcript> allOf(List<String> lines) {
        List<Transcript> all = new ArrayList<>();
        String title = "";
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("#")) {
                title = lines.get(i).replaceFirst("#+ ", "");
            } else if (lines.get(i).equals(BEGIN)) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf(END);
                all.add(new Transcript(title, steps(lines.subList(i + 1, end))));
                i = end;
            }
        }
        return all;
    }

    private static List<Step> steps(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        Optional<String> until = Optional.empty();
        for (String line : lines) {
            Matcher waits = UNTIL.matcher(line);
            Optional<Step> begun = begun(line, until);
            if (waits.matches()) {
                until = Optional.of(waits.group(1));
            } else if (begun.isPresent()) {
                steps.add(begun.get());
                until = Optional.empty();
            } else {
                steps.getLast().answer().add(line);
            }
        }
        return steps;
    }

    private static Optional<Step> begun(String line, Optional<String> until) {
        Matcher shell = SHELL.matcher(line);
        if (shell.matches()) {
            Kind kind = shell.group(2) == null ? Kind.SHELL : Kind.BACKGROUND;
            return Optional.of(new Step(kind, "", shell.group(1), until, new ArrayList<>()));
        }
        Matcher qmp = QMP.matcher(line);
        if (qmp.matches()) {
            return Optional.of(new Step(Kind.QMP, qmp.group(1), qmp.group(2), until, new ArrayList<>()));
        }
        Matcher hmp = HMP.matcher(line);
        return hmp.matches()
                ? Optional.of(new Step(Kind.HMP, hmp.group(1), hmp.group(2), until, new ArrayList<>()))
                : Optional.empty();
    }
}
