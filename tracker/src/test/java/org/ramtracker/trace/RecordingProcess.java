package org.ramtracker.trace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Writes epochs as fast as it can, until it is killed. */
final class RecordingProcess {
    static final long SEED = 42;

    private RecordingProcess() {}

    public static void main(String[] arguments) throws IOException {
        Random random = new Random(SEED);
        try (DirtyTraceWriter writer = TraceFixtures.begun(Path.of(arguments[0]))) {
            while (true) {
                TraceFixtures.appendEpoch(writer, random);
            }
        }
    }
}
