package org.ramtracker.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ramtracker.migrate.MigrationCounter;

class CountersFileTest {
    @TempDir
    private Path directory;

    @Test
    void anyoneWhoMapsTheFileFindsEveryCounterByItsLabel() throws IOException {
        Path file = directory.resolve("counters");
        try (CountersFile counters = CountersFile.openIfWanted(file)) {
            assertThat(counters.migration()).isPresent();
            assertThat(labelsIn(file)).hasSize(MigrationCounter.values().length).doesNotHaveDuplicates();
        }
    }

    @Test
    void withoutAFileThereAreNoCounters() throws IOException {
        try (CountersFile counters = CountersFile.openIfWanted(null)) {
            assertThat(counters.migration()).isEmpty();
        }
    }

    private static List<String> labelsIn(Path file) throws IOException {
        List<String> labels = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file)) {
            MappedByteBuffer mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            UnsafeBuffer values = new UnsafeBuffer(mapping, 0, CountersFile.VALUES_BYTES);
            UnsafeBuffer metadata = new UnsafeBuffer(mapping, CountersFile.VALUES_BYTES, CountersFile.METADATA_BYTES);
            new CountersReader(metadata, values).forEach((id, type, key, label) -> labels.add(label));
        }
        return labels;
    }
}
