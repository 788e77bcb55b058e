package org.ramtracker.sim.monitor.qmp;

import org.ramtracker.sim.monitor.ProgramVersion;
import tools.jackson.databind.node.ObjectNode;

/** The version in QMP's form, QEMU's {@code VersionInfo}. */
final class QmpVersion {
    private QmpVersion() {}

    static ObjectNode ours() {
        ProgramVersion version = ProgramVersion.ours();
        ObjectNode json = QmpJson.object();
        json.putObject("qemu")
                .put("micro", version.micro())
                .put("minor", version.minor())
                .put("major", version.major());
        return json.put("package", version.packageName());
    }
}
