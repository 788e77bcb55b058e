package org.ramtracker.sim.monitor.qmp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Which version QMP shows. The numbers are the program's own: it behaves like no particular QEMU. */
final class QmpVersion {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    private QmpVersion() {}

    static ObjectNode ours() {
        return of(QmpVersion.class.getPackage().getImplementationVersion());
    }

    /** Of the version that the build wrote to the JAR, null outside one. */
    static ObjectNode of(@Nullable String version) {
        Matcher numbers = NUMBERS.matcher(version == null ? "0.0.0" : version);
        boolean known = numbers.matches();
        ObjectNode json = QmpJson.object();
        json.putObject("qemu")
                .put("micro", known ? Integer.parseInt(numbers.group(3)) : 0)
                .put("minor", known ? Integer.parseInt(numbers.group(2)) : 0)
                .put("major", known ? Integer.parseInt(numbers.group(1)) : 0);
        return json.put("package", "ramtracker " + (version == null ? "(unpackaged)" : version));
    }
}
