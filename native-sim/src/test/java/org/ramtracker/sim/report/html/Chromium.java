package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** A browser without a window, that reaches no network and keeps nothing. */
record Chromium(Path program, Path scratch) {
    private static final Pattern SEEN = Pattern.compile("<pre id=\"seen\">([^<]*)</pre>");
    private static final long PATIENCE_SECONDS = 60;

    /** Runs before a page's own scripts, leaves no trace of itself, and notes what listens to clicks: a page does not tell. */
    private static final String SPY = """
            <script>
            window.clickable = [];
            const listen = EventTarget.prototype.addEventListener;
            EventTarget.prototype.addEventListener = function (type, ...rest) {
              if (type === 'click' && this instanceof Element) window.clickable.push(this);
              return listen.call(this, type, ...rest);
            };
            document.currentScript.remove();
            </script>
            """;

    /** What a page is looked at with: a width, and what is clicked on, one after the other. */
    record Frame(Path page, int width, List<String> clicks) {}

    /** What was seen in each frame, and what the pages complained about. */
    record Seen(JsonNode frames, List<String> complaints) {}

    static Optional<Path> find() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Seen look(List<Frame> frames) throws IOException, InterruptedException {
        Path harness = Files.writeString(
                scratch.resolve("harness.html"), resource("harness.html").replace("/*FRAMES*/[]", json(frames)));
        Path out = scratch.resolve("out");
        Path err = scratch.resolve("err");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                        "--allow-file-access-from-files",
                        "--user-data-dir=" + Files.createTempDirectory(scratch, "profile"),
                        "--enable-logging=stderr",
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        harness.toUri().toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        String said = Files.readString(err);
        assertThat(ended).as("Chromium ended: %s", said).isTrue();
        return new Seen(seen(Files.readString(out), said), complaints(said));
    }

    private String json(List<Frame> frames) throws IOException {
        ArrayNode json = JsonMapper.shared().createArrayNode();
        for (Frame frame : frames) {
            var each = json.addObject();
            each.put("file", spiedOn(frame.page).toUri().toString()).put("width", frame.width);
            frame.clicks.forEach(each.putArray("clicks")::add);
        }
        return json.toString();
    }

    private Path spiedOn(Path page) throws IOException {
        String text = Files.readString(page);
        assertThat(text).contains("<head>");
        return Files.writeString(
                scratch.resolve("spied-" + page.getFileName()),
                text.replaceFirst("<head>", "<head>" + Matcher.quoteReplacement(SPY)));
    }

    private static JsonNode seen(String dom, String said) {
        Matcher matcher = SEEN.matcher(dom);
        assertThat(matcher.find()).as("the harness came to its end: %s", said).isTrue();
        return JsonMapper.shared().readTree(URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8));
    }

    private static List<String> complaints(String said) {
        return said.lines().filter(line -> line.contains("CONSOLE")).toList();
    }

    private static String resource(String name) throws IOException {
        try (var in = Chromium.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
