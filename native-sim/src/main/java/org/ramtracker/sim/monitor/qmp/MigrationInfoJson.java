package org.ramtracker.sim.monitor.qmp;

import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.FiguresJson;
import org.ramtracker.sim.monitor.MigrationInfo;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to {@code query-migrate}, in QEMU's names and units: times in milliseconds, {@code mbps} in 10^6 bits a second. As
 * in QEMU it is empty if there was never a migration.
 */
final class MigrationInfoJson {
    private MigrationInfoJson() {}

    static ObjectNode of(MigrationInfo info) {
        ObjectNode json = QmpJson.object();
        if (info.status() == MigrationStatus.NONE) {
            return json;
        }
        info.stats().ifPresent(stats -> FiguresJson.put(json, stats, info.transfer()));
        json.put("status", info.status().qmpName()); // an end is shown once the machine has seen it
        info.reason().ifPresent(reason -> json.put("error-desc", reason));
        info.listeningOn()
                .ifPresent(uri -> putAddress(json.putArray("socket-address").addObject(), uri));
        return json;
    }

    /** QEMU's {@code SocketAddress}. */
    private static void putAddress(ObjectNode address, String uri) {
        int colon = uri.indexOf(':');
        String rest = uri.substring(colon + 1);
        if (uri.startsWith("unix:")) {
            address.put("type", "unix").put("path", rest);
        } else {
            int port = rest.lastIndexOf(':');
            String host = rest.substring(0, port).replaceAll("[\\[\\]]", "");
            address.put("type", "inet").put("host", host).put("port", rest.substring(port + 1));
        }
    }
}
