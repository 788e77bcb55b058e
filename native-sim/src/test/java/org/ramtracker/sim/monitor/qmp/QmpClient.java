package org.ramtracker.sim.monitor.qmp;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A QMP client of the tests' own, which takes nothing for granted: it checks the framing of every line. */
public final class QmpClient implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final long SECONDS_MAX = 60;
    private static final JsonNode END = MAPPER.createObjectNode().put("end", true);

    private final SocketChannel channel;
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();

    /** What a command was refused with. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        /** QEMU's class of the error. */
        public final String errorClass;

        Refused(JsonNode error) {
            super(error.get("desc").stringValue());
            errorClass = error.get("class").stringValue();
        }
    }

    private QmpClient(SocketChannel channel) {
        this.channel = channel;
        Thread.ofVirtual().start(this::readAll);
    }

    /** Connects, without negotiation: the first reply is the greeting. */
    public static QmpClient connect(Path socket) throws IOException {
        return new QmpClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Connects and negotiates. */
    public static QmpClient negotiated(Path socket) throws Exception {
        QmpClient client = connect(socket);
        JsonNode ignored = client.reply();
        client.execute("qmp_capabilities");
        return client;
    }

    private void readAll() {
        try (BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            for (String line = readLine(lines); line != null; line = readLine(lines)) {
                JsonNode message = MAPPER.readTree(line);
                (message.has("event") ? events : replies).add(message);
            }
        } catch (IOException e) {
            // disconnected
        }
        replies.add(END);
        events.add(END);
    }

    /** One that ends as QEMU's do. */
    private static String readLine(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.append((char) next);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new AssertionError("a line that does not end with CR LF: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    /** Sends text as it is. */
    public void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next line that is no event. */
    public JsonNode reply() throws InterruptedException {
        return next(replies);
    }

    private static JsonNode next(BlockingQueue<JsonNode> queue) throws InterruptedException {
        JsonNode message = queue.poll(SECONDS_MAX, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing came within " + SECONDS_MAX + " s");
        }
        return message;
    }

    /** Whether the server has closed the connection, once nothing else is left to read. */
    public boolean isDisconnected() throws InterruptedException {
        return reply().equals(END);
    }

    /** Runs a command and returns its result. */
    public JsonNode execute(String command) throws Exception {
        return execute(command, Map.of());
    }

    /** Runs a command and returns its result. */
    public JsonNode execute(String command, Map<String, ?> arguments) throws Exception {
        ObjectNode request = MAPPER.createObjectNode().put("execute", command);
        if (!arguments.isEmpty()) {
            request.set("arguments", MAPPER.valueToTree(arguments));
        }
        send(request + "\n");
        JsonNode reply = reply();
        if (reply.has("error")) {
            throw new Refused(reply.get("error"));
        }
        if (!reply.has("return")) {
            throw new AssertionError(command + " was answered with " + reply);
        }
        return reply.get("return");
    }

    /** Runs a command that has nothing to tell. */
    public void run(String command) throws Exception {
        run(command, Map.of());
    }

    /** Runs a command that has nothing to tell. */
    public void run(String command, Map<String, ?> arguments) throws Exception {
        JsonNode result = execute(command, arguments);
        if (!result.isEmpty()) {
            throw new AssertionError(command + " was answered with " + result);
        }
    }

    /** Waits for an event; those before it are returned as well. */
    public List<JsonNode> eventsUntil(Predicate<JsonNode> last) throws InterruptedException {
        List<JsonNode> heard = new ArrayList<>();
        do {
            heard.add(next(events));
        } while (!last.test(heard.getLast()) && !heard.getLast().equals(END));
        if (heard.getLast().equals(END)) {
            throw new AssertionError("disconnected after " + heard);
        }
        return heard;
    }

    /** Waits until a migration is in a state, and returns the states that it went through. */
    public List<String> statesUntil(String... states) throws InterruptedException {
        List<String> wanted = List.of(states);
        return eventsUntil(event -> isMigration(event) && wanted.contains(status(event))).stream()
                .filter(QmpClient::isMigration)
                .map(QmpClient::status)
                .toList();
    }

    private static boolean isMigration(JsonNode event) {
        return event.path("event").asString("").equals("MIGRATION");
    }

    private static String status(JsonNode event) {
        return event.get("data").get("status").stringValue();
    }

    /** {@code query-status}'s status. */
    public String runState() throws Exception {
        return execute("query-status").get("status").stringValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
