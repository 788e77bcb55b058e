package org.ramtracker.sim.report;

import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.FiguresJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures of a migration that another process publishes. */
public final class StatsJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private StatsJson() {}

    /**
     * The figures as they are now.
     *
     * @param stats a migration, under way or not
     * @param writerPid the process that publishes them
     * @param writerIsAlive whether it still does
     * @return one line of JSON
     */
    public static String live(MigrationStats stats, long writerPid, boolean writerIsAlive) {
        ObjectNode json = MAPPER.createObjectNode();
        if (stats.status() == MigrationStatus.NONE) {
            json.put("status", stats.status().qmpName()); // nothing else has a meaning yet
        } else {
            FiguresJson.put(json, stats);
        }
        json.putObject("writer").put("pid", writerPid).put("alive", writerIsAlive);
        return json.toString();
    }
}
