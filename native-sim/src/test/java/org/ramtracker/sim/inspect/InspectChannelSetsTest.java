package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.stream.StreamFormatException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Multifd migrations of QEMU 7.2 and 10.0, main connection and channels, come out exactly as their reference values say. */
class InspectChannelSetsTest {
    private static final List<String> WHAT_THE_STREAM_TELLS = List.of(
            "compression",
            "synchronisation",
            "memSizeTotal",
            "syncPoints",
            "wordsInMainStream",
            "channels",
            "pagesSentMoreThanOnceInOneSyncInterval",
            "ofThoseWithDifferentContent");
    private static final int CUTS = 4;
    private static final int FLIPS = 10;
    private static final int HEAD_BYTES = 64 + 1344;

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"multifd-qemu7.2", "multifd-qemu10.0", "multifd-zlib-qemu10.0", "multifd-zstd-qemu10.0"})
    void channelSetIsAsExpected(String name) throws IOException {
        JsonNode expected = expected(name);
        JsonNode actual = mapper.readTree(json(files(expected)));
        for (String key : WHAT_THE_STREAM_TELLS) {
            assertThat(actual.get(key)).as(key).isEqualTo(expected.get(key));
        }
        assertThat(lengths(actual)).isEqualTo(lengths(expected));
        assertThat(blocks(actual)).isEqualTo(blocks(expected));
    }

    private JsonNode expected(String name) throws IOException {
        JsonNode sets = mapper.readTree(
                        SharedData.recordings().resolve("expected.json").toFile())
                .get("multifd");
        for (JsonNode set : sets) {
            if (set.get("name").asString().equals(name)) {
                return set;
            }
        }
        throw new AssertionError("no reference values for " + name);
    }

    private static List<Path> files(JsonNode expected) {
        List<Path> files = new ArrayList<>();
        expected.get("files")
                .forEach(file -> files.add(
                        SharedData.recordings().resolve(file.get("file").asString())));
        return files;
    }

    private static List<Long> lengths(JsonNode set) {
        List<Long> lengths = new ArrayList<>();
        set.get("files")
                .forEach(file -> lengths.add(file.get("uncompressedLength").asLong()));
        return lengths;
    }

    /** Name, length and hash of each block. */
    private static List<ObjectNode> blocks(JsonNode set) {
        List<ObjectNode> blocks = new ArrayList<>();
        for (JsonNode block : set.get("blocks")) {
            blocks.add(((ObjectNode) block.deepCopy()).retain(List.of("idstr", "usedLength", "sha256")));
        }
        return blocks;
    }

    private static String json(List<Path> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordingFiles recording = RecordingFiles.open(
                        files.stream().map(Path::toString).toList(), InputStream.nullInputStream());
                Inspection inspection = Inspection.of(recording.main(), recording.channels())) {
            JsonReport.write(inspection, new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void load(List<Path> files) throws IOException {
        try (RecordingFiles recording = RecordingFiles.open(
                        files.stream().map(Path::toString).toList(), InputStream.nullInputStream());
                Inspection inspection = Inspection.of(recording.main(), recording.channels())) {
            assertThat(inspection.pages()).isPositive();
        }
    }

    @Test
    void orderOfChannelsDoesNotMatter() throws IOException {
        List<Path> files = files(expected("multifd-zstd-qemu10.0"));
        List<Path> reversed = new ArrayList<>(files);
        Collections.swap(reversed, 1, 2);
        assertThat(json(reversed)).isEqualTo(json(files));
    }

    @Test
    void missingAndRepeatedChannelsAreNamed() throws IOException {
        List<Path> files = files(expected("multifd-qemu10.0"));
        assertThatThrownBy(() -> load(List.of(files.get(0), files.get(2))))
                .hasMessageMatching(".*ch1.gz: channel 1 where channel 0 was expected.*");
        assertThatThrownBy(() -> load(List.of(files.get(0), files.get(1), files.get(1))))
                .hasMessageMatching(".*ch0.gz: channel 0 where channel 1 was expected.*");
        // Without the last one nothing is wrong but that pages are missing, which only the reference values can tell.
        assertThat(json(List.of(files.get(0), files.get(1)))).isNotEqualTo(json(files));
    }

    @Test
    void channelsOfTwoMigrationsDoNotFit() throws IOException {
        List<Path> files = files(expected("multifd-zstd-qemu10.0"));
        Path foreign = files(expected("multifd-qemu10.0")).get(2);
        assertThatThrownBy(() -> load(List.of(files.get(0), files.get(1), foreign)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ch1.gz: ")
                .hasMessageContaining("after the last synchronisation point");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multifd-qemu7.2", "multifd-qemu10.0", "multifd-zlib-qemu10.0", "multifd-zstd-qemu10.0"})
    void damagedChannelsEndInAnErrorOrAReport(String name, @TempDir Path directory) throws IOException {
        List<Path> files = new ArrayList<>(files(expected(name)));
        byte[] channel = unpacked(files.get(2));
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Path damaged = directory.resolve("damaged");
        files.set(2, damaged);
        for (int i = 0; i < CUTS; i++) {
            Files.write(damaged, Arrays.copyOf(channel, random.nextInt(channel.length / 2)));
            assertThatThrownBy(() -> load(files))
                    .as("seed %d", seed)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("truncated")
                    .hasMessageContaining(damaged.toString());
        }
        for (int i = 0; i < FLIPS; i++) {
            byte[] flipped = channel.clone();
            int end = i % 2 == 0 ? channel.length : HEAD_BYTES;
            flipped[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
            Files.write(damaged, flipped);
            assertErrorOrReport(files, damaged, seed);
        }
    }

    private static void assertErrorOrReport(List<Path> files, Path damaged, long seed) {
        try {
            load(files);
        } catch (IOException e) {
            assertThat(e.getMessage()).as("seed %d", seed).doesNotContain("\n").contains(damaged.toString());
        }
    }

    @Test
    void damageInPacketIsNamedByChannelPacketAndByte(@TempDir Path directory) throws IOException {
        List<Path> files = new ArrayList<>(files(expected("multifd-qemu10.0")));
        byte[] channel = unpacked(files.get(2));
        channel[64 + 1344] ^= 1; // the magic of the second packet
        Path damaged = directory.resolve("damaged");
        Files.write(damaged, channel);
        files.set(2, damaged);
        assertThatThrownBy(() -> load(files))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining(damaged + ": at byte 1408 (0x580), channel 1, packet 1: magic 0x10223344");
    }

    private static byte[] unpacked(Path gzip) throws IOException {
        try (InputStream input = new GZIPInputStream(Files.newInputStream(gzip))) {
            return input.readAllBytes();
        }
    }
}
