package org.ramtracker.sim.inspect;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Recordings of real QEMU, which are not part of this repository. */
final class SharedData {
    private SharedData() {}

    /** Skips the test if they are not there. */
    static Path recordings() {
        String configured = System.getProperty("ramtracker.shared", "");
        Path shared = configured.isBlank() ? Path.of("../../shared") : Path.of(configured);
        Path recordings = shared.resolve("data/qemu").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(recordings), () -> "skipped: no recordings of QEMU at " + recordings);
        return recordings;
    }
}
