package org.ramtracker.sim.report;

import java.util.ArrayList;
import java.util.List;
import org.ramtracker.sim.vmm.BlockDigest;
import org.ramtracker.sim.vmm.IncomingResult;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a destination received, for people and as JSON. */
public final class IncomingReport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private IncomingReport() {}

    /**
     * For people.
     *
     * @param result what was received
     * @return its lines
     */
    public static List<String> text(IncomingResult result) {
        List<String> lines = new ArrayList<>();
        result.digests().forEach(digest -> lines.add(MigrationText.digestLine(digest)));
        lines.add(result.resumed() ? "the guest runs here" : "the guest does not run here: it differs from its source");
        result.selfCheck().ifPresent(check -> lines.add(MigrationText.checkLine(check)));
        result.sourceLost()
                .ifPresent(why -> lines.add("the source was lost and does not know that it runs here: " + why));
        return lines;
    }

    /**
     * For programs.
     *
     * @param result what was received
     * @return one line of JSON
     */
    public static String json(IncomingResult result) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("status", "completed").put("resumed", result.resumed());
        for (BlockDigest digest : result.digests()) {
            MigrationJson.putDigest(json.withArray("digests").addObject(), digest);
        }
        result.selfCheck().ifPresent(check -> MigrationJson.putCheck(json.putObject("self-check"), check));
        result.sourceLost().ifPresent(why -> json.put("source-lost", why));
        return json.toString();
    }
}
