package org.ramtracker.sim.report.html;

import java.util.List;

/**
 * What a report says first, in words.
 *
 * @param headline one sentence
 * @param lines what else matters
 */
record Answer(String headline, List<String> lines) {
    Answer {
        lines = List.copyOf(lines);
    }

    String html() {
        StringBuilder html = new StringBuilder("<p class=\"headline\">%s</p>".formatted(HtmlPage.text(headline)));
        if (!lines.isEmpty()) {
            html.append("\n<ul>");
            lines.forEach(
                    line -> html.append("\n<li>").append(HtmlPage.text(line)).append("</li>"));
            html.append("\n</ul>");
        }
        return html.toString();
    }
}
