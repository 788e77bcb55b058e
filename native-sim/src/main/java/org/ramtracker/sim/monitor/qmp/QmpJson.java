package org.ramtracker.sim.monitor.qmp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.core.util.Separators.Spacing;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes JSON as QEMU does: single quotes are understood, and a blank follows each comma and colon. */
final class QmpJson {
    private static final String LINE_END = "\r\n";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(JsonSplitter.NESTING_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer().with(printer());

    private QmpJson() {}

    private static DefaultPrettyPrinter printer() {
        Separators separators = Separators.createDefaultInstance()
                .withRootSeparator("")
                .withObjectNameValueSpacing(Spacing.AFTER)
                .withObjectEntrySpacing(Spacing.AFTER)
                .withArrayElementSpacing(Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());
    }

    /**
     * Reads one value.
     *
     * @throws MonitorException if it is none
     */
    static JsonNode parse(byte[] json) throws MonitorException {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new MonitorException("JSON parse error, " + reason(e));
        }
    }

    private static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        return message == null
                ? "invalid JSON"
                : message.lines().findFirst().orElse("invalid JSON").strip();
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The answer to a command that succeeded. */
    static ObjectNode success(JsonNode result, @Nullable JsonNode id) {
        ObjectNode response = object();
        response.set("return", result);
        return id == null ? response : response.set("id", id);
    }

    /** The answer to a command that failed; QEMU has the id first here. */
    static ObjectNode failure(MonitorException failure, @Nullable JsonNode id) {
        ObjectNode response = object();
        if (id != null) {
            response.set("id", id);
        }
        response.putObject("error").put("class", failure.errorClass().qmpName()).put("desc", failure.description());
        return response;
    }

    /** One line, its end included. */
    static byte[] line(JsonNode value) {
        return (WRITER.writeValueAsString(value) + LINE_END).getBytes(StandardCharsets.UTF_8);
    }
}
