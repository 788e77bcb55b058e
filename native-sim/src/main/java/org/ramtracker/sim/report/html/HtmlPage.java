package org.ramtracker.sim.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Puts a page together from its parts, which are resources beside this class: one template, the common style and script, and
 * the body and script of the report.
 *
 * <p>Text and data come from outside, file names among them. So text is escaped, data are JSON in which no {@code <} is left,
 * and the scripts make text nodes of them, never markup. The template's policy forbids the page to load anything.
 */
final class HtmlPage {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern UNSAFE_IN_SCRIPT = Pattern.compile("[<>&\u2028\u2029]");
    private static final Map<String, String> ENTITIES =
            Map.of("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;", "'", "&#39;");
    private static final Pattern UNSAFE_IN_TEXT = Pattern.compile("[&<>\"']");

    private HtmlPage() {}

    /**
     * A page.
     *
     * @param report which: the name of its body and its script
     * @param title its title, any text
     * @param answer what is to be read first
     * @param data what its script draws
     */
    static String of(String report, String title, Answer answer, JsonNode data) {
        Map<String, String> parts = Map.of(
                "title", text(title),
                "style", resources("uPlot.min.css", "page.css"),
                "answer", answer.html(),
                "body", resource(report + ".html"),
                "data", scriptSafe(data.toString()),
                "script", licence() + resources("uPlot.iife.min.js", "page.js", report + ".js"));
        return filled(resource("page.html"), parts);
    }

    /** Any text as the text of an element or the value of an attribute. */
    static String text(String any) {
        return UNSAFE_IN_TEXT.matcher(any).replaceAll(match -> ENTITIES.get(match.group()));
    }

    /** JSON that cannot end the element that it is in. */
    private static String scriptSafe(String json) {
        return UNSAFE_IN_SCRIPT
                .matcher(json)
                .replaceAll(match -> "\\\\u%04x".formatted((int) match.group().charAt(0)));
    }

    /** What was filled in is not looked at again: it may look like a placeholder. */
    private static String filled(String template, Map<String, String> parts) {
        return PLACEHOLDER.matcher(template).replaceAll(place -> Matcher.quoteReplacement(part(parts, place)));
    }

    private static String part(Map<String, String> parts, MatchResult place) {
        String part = parts.get(place.group(1));
        if (part == null) {
            throw new IllegalStateException("nothing to put in the place of " + place.group());
        }
        return part;
    }

    /** Whoever passes the page on passes the library on. */
    private static String licence() {
        return "/*! uPlot:\n" + resource("uPlot.LICENSE") + "*/\n";
    }

    private static String resources(String... names) {
        return Stream.of(names).map(HtmlPage::resource).collect(Collectors.joining("\n"));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource %s is not in the program".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
