package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What source and destination tell each other after the switchover, one JSON object a line, both ways on the migration's
 * connection:
 *
 * <pre>
 *   destination                                       source
 *   {"digests":[{idstr,used-length,sha256}...]}  ---&gt;            both sides digest at once, the guest is paused
 *                                                &lt;---  {"compare-pages":"pc.ram"}       only after a difference
 *   four bytes a page: CRC-32C, big-endian       ---&gt;
 *                                                &lt;---  {"resume":true}    or, after a difference, {"resume":false}
 *   {"self-check":{...},"costs":{...}}           ---&gt;            after the guest ran on for a while
 * </pre>
 */
sealed interface Message {
    /** The destination's digests. */
    record Digests(List<BlockDigest> blocks) implements Message {}

    /** The source wants the page checksums of a block. */
    record ComparePages(String idstr) implements Message {}

    /** The source is done comparing: run the guest, or leave it paused. */
    record Resume(boolean wanted) implements Message {}

    /** The guest has checked itself at the destination; what receiving it cost there. */
    record SelfChecked(SelfCheckResult result, Optional<ProcessCosts> costs) implements Message {}

    /** The line for a message. */
    static String encode(Message message) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        switch (message) {
            case Digests(List<BlockDigest> blocks) ->
                blocks.forEach(block -> Json.put(line.withArray("digests"), block));
            case ComparePages(String idstr) -> line.put("compare-pages", idstr);
            case Resume(boolean wanted) -> line.put("resume", wanted);
            case SelfChecked(SelfCheckResult result, Optional<ProcessCosts> costs) -> {
                Json.put(line.putObject("self-check"), result);
                costs.ifPresent(known -> Json.put(line.putObject("costs"), known));
            }
        }
        return line.toString();
    }

    /**
     * The message of a line.
     *
     * @throws IOException if it is none
     */
    static Message decode(String line) throws IOException {
        try {
            return Json.message(Json.MAPPER.readTree(line));
        } catch (JacksonException e) {
            throw new IOException("the other end sent a report that cannot be read: " + Json.excerpt(line), e);
        }
    }

    /** The field names, in one place for both directions. */
    final class Json {
        private static final ObjectMapper MAPPER = JsonMapper.builder().build();
        private static final int EXCERPT_CHARS = 80;

        private Json() {}

        private static void put(ArrayNode blocks, BlockDigest block) {
            blocks.addObject()
                    .put("idstr", block.idstr())
                    .put("used-length", block.usedLengthBytes())
                    .put("sha256", block.sha256());
        }

        private static void put(ObjectNode check, SelfCheckResult result) {
            check.put("passed", result.passed())
                    .put("summary", result.summary())
                    .put("ran-ns", result.ranNanos());
        }

        private static void put(ObjectNode costs, ProcessCosts of) {
            costs.put("cpu-ns", of.cpuNanos())
                    .put("allocated", of.allocatedBytes())
                    .put("pauses", of.pauses())
                    .put("pause-ns", of.pauseNanos());
        }

        private static ProcessCosts costs(JsonNode costs) {
            return new ProcessCosts(
                    costs.path("cpu-ns").asLong(0),
                    costs.path("allocated").asLong(0),
                    costs.path("pauses").asLong(0),
                    costs.path("pause-ns").asLong(0));
        }

        private static Message message(JsonNode line) throws IOException {
            if (line.has("digests")) {
                return new Digests(digests(line.get("digests")));
            }
            if (line.has("compare-pages")) {
                return new ComparePages(line.get("compare-pages").asString());
            }
            if (line.has("resume")) {
                return new Resume(line.get("resume").asBoolean());
            }
            if (line.has("self-check")) {
                return new SelfChecked(
                        selfCheck(line.get("self-check")),
                        Optional.ofNullable(line.get("costs")).map(Json::costs));
            }
            throw new IOException("the other end sent an unknown report: " + excerpt(line.toString()));
        }

        private static List<BlockDigest> digests(JsonNode blocks) {
            List<BlockDigest> digests = new ArrayList<>();
            for (JsonNode block : blocks) {
                digests.add(new BlockDigest(
                        block.path("idstr").asString(""),
                        block.path("used-length").asLong(0),
                        block.path("sha256").asString("")));
            }
            return digests;
        }

        private static SelfCheckResult selfCheck(JsonNode check) {
            return new SelfCheckResult(
                    check.path("passed").asBoolean(false),
                    Failures.printable(check.path("summary").asString("")),
                    check.path("ran-ns").asLong(0));
        }

        private static String excerpt(String line) {
            return Failures.printable(line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "...");
        }
    }
}
