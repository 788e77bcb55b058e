package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestKind;
import org.ramtracker.sim.guest.GuestSpec;

class TraceRecordingTest {
    @TempDir
    private Path directory;

    @Test
    void recordingThatWasStoppedBeforeItBeganMakesNoFile() throws Exception {
        Path file = directory.resolve("trace");
        GuestSpec idle = new GuestSpec(GuestKind.IDLE, 0, FillKind.ZERO, 1, 1);
        try (SimulatedVm vm = SimulatedVm.boot(new VmSpec(4L << 20, PageSize.KIB_4, idle))) {
            TraceRecording recording = new TraceRecording(vm, file, Duration.ofMinutes(1), Duration.ofMillis(50));

            assertThat(recording.stop()).as("something comes of it").isFalse();
            assertThat(recording.run(stats -> {})).isEmpty();
        }
        assertThat(directory).isEmptyDirectory();
    }
}
