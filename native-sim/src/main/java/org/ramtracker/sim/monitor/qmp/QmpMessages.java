package org.ramtracker.sim.monitor.qmp;

import java.time.Instant;
import org.ramtracker.sim.monitor.VmEvent;
import tools.jackson.databind.node.ObjectNode;

/** What the server says by itself: the greeting and the events. */
final class QmpMessages {
    private static final int NANOS_PER_MICRO = 1_000;

    private QmpMessages() {}

    static ObjectNode greeting() {
        ObjectNode greeting = QmpJson.object();
        ObjectNode qmp = greeting.putObject("QMP");
        qmp.set("version", QmpVersion.ours());
        qmp.putArray("capabilities");
        return greeting;
    }

    static ObjectNode event(VmEvent event) {
        ObjectNode message = QmpJson.object();
        putTimestamp(message, event.at());
        switch (event) {
            case VmEvent.Migration migration ->
                data(message, "MIGRATION").put("status", migration.status().qmpName());
            case VmEvent.MigrationPass pass -> data(message, "MIGRATION_PASS").put("pass", pass.pass());
            case VmEvent.Stop stop -> message.put("event", "STOP");
            case VmEvent.Resume resume -> message.put("event", "RESUME");
            case VmEvent.Shutdown shutdown ->
                data(message, "SHUTDOWN")
                        .put("guest", false)
                        .put("reason", shutdown.reason().qmpName());
        }
        return message;
    }

    private static void putTimestamp(ObjectNode message, Instant at) {
        message.putObject("timestamp")
                .put("seconds", at.getEpochSecond())
                .put("microseconds", at.getNano() / NANOS_PER_MICRO);
    }

    private static ObjectNode data(ObjectNode message, String name) {
        return message.put("event", name).putObject("data");
    }
}
