package org.ramtracker.sim.cli;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guide says that is shown: {@code <N>} is any number, a word in capitals in angle brackets is what it was when it was
 * first met, and a line of three dots is any number of lines.
 */
final class Expectation {
    private static final Pattern BLANK = Pattern.compile("<([A-Z]+)>");
    private static final String NUMBER = "N";
    private static final String ANY_LINES = "...";

    /** What the words in angle brackets stand for; grows. */
    private final Map<String, String> known;

    Expectation(Map<String, String> known) {
        this.known = known;
    }

    /** A line with everything in it that is known. */
    String filledIn(String text) {
        return BLANK.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(known.getOrDefault(match.group(1), match.group())));
    }

    /** Whether lines are as expected; what they tell is then known. */
    boolean matches(List<String> expected, List<String> shown) {
        StringBuilder regex = new StringBuilder();
        for (String line : expected) {
            regex.append(line.equals(ANY_LINES) ? "(?:.*\n)*?" : regexOf(line) + "\n");
        }
        String text = shown.isEmpty() ? "" : String.join("\n", shown) + "\n";
        Matcher matcher = Pattern.compile(regex.toString()).matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        matcher.namedGroups().keySet().forEach(name -> known.put(name, matcher.group(name)));
        return true;
    }

    private String regexOf(String line) {
        StringBuilder regex = new StringBuilder();
        Matcher blank = BLANK.matcher(line);
        int from = 0;
        while (blank.find()) {
            regex.append(Pattern.quote(line.substring(from, blank.start()))).append(regexOfBlank(blank.group(1)));
            from = blank.end();
        }
        return regex.append(Pattern.quote(line.substring(from))).toString();
    }

    private String regexOfBlank(String name) {
        if (name.equals(NUMBER)) {
            return "[0-9]+(?:\\.[0-9]+)?";
        }
        String value = known.get(name);
        return value == null ? "(?<" + name + ">[0-9]+)" : Pattern.quote(value);
    }
}
