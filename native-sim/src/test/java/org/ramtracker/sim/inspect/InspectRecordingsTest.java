package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
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

/** Recordings of QEMU 7.2 and 10.0 come out exactly as their reference values say. */
class InspectRecordingsTest {
    /** How the recording was made and what else confirmed it: nothing that the stream could tell. */
    private static final List<String> PROVENANCE = List.of(
            "file",
            "qemuVersion",
            "commandLine",
            "monitor",
            "uncompressedSha256",
            "pmemsaveChecked",
            "reloadChecked",
            "qemuOwnCounters");

    private static final List<String> OURS = List.of("file", "passesAtLeast", "pagesSentAgain", "bytesSentAgain");
    private static final int CUTS = 8;
    private static final int FLIPS = 20;
    private static final int HEAD_BYTES = 300;

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void everySingleChannelRecordingIsAsExpected() throws IOException {
        Path recordings = SharedData.recordings();
        JsonNode expected = mapper.readTree(recordings.resolve("expected.json").toFile());
        assertThat(expected.get("singleChannel").size()).isEqualTo(6);
        for (JsonNode recording : expected.get("singleChannel")) {
            String file = recording.get("file").asString();
            JsonNode actual = mapper.readTree(json(recordings.resolve(file)));
            assertThat(reduced(actual, OURS)).as(file).isEqualTo(reduced(recording, PROVENANCE));
        }
    }

    private static JsonNode reduced(JsonNode recording, List<String> without) {
        ObjectNode reduced = (ObjectNode) recording.deepCopy();
        reduced.remove(without);
        for (JsonNode block : reduced.get("blocks")) {
            ((ObjectNode) block).remove(List.of("equalsSourceProcessMemory", "pagesSentAgain"));
        }
        return reduced;
    }

    private static String json(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StreamFile recording = StreamFile.open(file.toString(), InputStream.nullInputStream());
                Inspection inspection = Inspection.of(recording)) {
            JsonReport.write(inspection, new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainFileAndStandardInputAreReadLikeGzip(@TempDir Path directory) throws IOException {
        Path gzip = SharedData.recordings().resolve("idle-qemu7.2.stream.gz");
        Path plain = directory.resolve("plain");
        Files.write(plain, unpacked(gzip));
        assertThat(inspectStandardInput(Files.readAllBytes(gzip)))
                .isEqualTo(pages(plain))
                .isPositive();
        assertThat(inspectStandardInput(Files.readAllBytes(plain))).isEqualTo(pages(gzip));
    }

    private static long pages(Path file) throws IOException {
        try (StreamFile recording = StreamFile.open(file.toString(), InputStream.nullInputStream());
                Inspection inspection = Inspection.of(recording)) {
            return inspection.pages();
        }
    }

    private static long inspectStandardInput(byte[] input) throws IOException {
        try (StreamFile recording = StreamFile.open(StreamFile.STANDARD_INPUT, new ByteArrayInputStream(input));
                Inspection inspection = Inspection.of(recording)) {
            return inspection.pages();
        }
    }

    @Test
    void extractedFilesHoldTheFinalContentOfEveryBlock(@TempDir Path directory)
            throws IOException, GeneralSecurityException {
        Path recordings = SharedData.recordings();
        JsonNode expected = mapper.readTree(recordings.resolve("expected.json").toFile());
        JsonNode recording = expected.get("singleChannel").get(4);
        try (StreamFile file = StreamFile.open(
                        recordings.resolve(recording.get("file").asString()).toString(),
                        InputStream.nullInputStream());
                Inspection inspection = Inspection.of(file)) {
            BlockExtractor.extract(inspection, directory);
        }
        for (JsonNode block : recording.get("blocks")) {
            Path extracted =
                    directory.resolve(FileNames.encode(block.get("idstr").asString()));
            assertThat(sha256(extracted)).isEqualTo(block.get("sha256").asString());
        }
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(recording.get("blocks").size());
        }
    }

    private static String sha256(Path file) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream input = new DigestInputStream(Files.newInputStream(file), digest)) {
            input.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multifd-qemu7.2.main.gz",
                "multifd-qemu7.2.ch0.gz",
                "multifd-qemu10.0.main.gz",
                "multifd-zstd-qemu10.0.main.gz"
            })
    void partOfChannelSetSaysWhatIsMissing(String name) {
        Path file = SharedData.recordings().resolve(name);
        assertThatThrownBy(() -> pages(file))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*multifd .*(give the recordings of its channels too|which comes first).*");
    }

    @Test
    void kindThatIsNotDecodedIsNamedInOneLine() {
        Path file = SharedData.recordings().resolve("mapped-ram-qemu10.0.file.gz");
        assertThatThrownBy(() -> pages(file))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*mapped-ram .*not decode.*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idle-qemu7.2",
                "idle-qemu10.0",
                "dirty-qemu7.2",
                "dirty-qemu10.0",
                "xbzrle-qemu7.2",
                "xbzrle-qemu10.0"
            })
    void damagedRecordingsEndInAnErrorOrAReport(String name, @TempDir Path directory) throws IOException {
        Path gzip = SharedData.recordings().resolve(name + ".stream.gz");
        byte[] recording = unpacked(gzip);
        int ramEnd = mapper.readTree(json(gzip)).get("afterLastRamSection").asInt();
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Path damaged = directory.resolve("damaged");
        for (int i = 0; i < CUTS; i++) {
            Files.write(damaged, Arrays.copyOf(recording, random.nextInt(ramEnd - 1)));
            assertThatThrownBy(() -> pages(damaged)).as("seed %d", seed).isInstanceOf(StreamFormatException.class);
        }
        for (int i = 0; i < FLIPS; i++) {
            // Every second one in the head: there each byte counts, while most of the rest is content.
            byte[] flipped = flipped(recording, random, i % 2 == 0 ? ramEnd : HEAD_BYTES);
            Files.write(damaged, flipped);
            assertErrorOrReport(damaged, seed);
        }
    }

    private static byte[] flipped(byte[] recording, SplittableRandom random, int endBytes) {
        byte[] flipped = recording.clone();
        flipped[random.nextInt(endBytes)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static void assertErrorOrReport(Path damaged, long seed) {
        try {
            pages(damaged);
        } catch (IOException e) {
            assertThat(e.getMessage()).as("seed %d", seed).doesNotContain("\n").contains(damaged.toString());
        }
    }

    private static byte[] unpacked(Path gzip) throws IOException {
        try (InputStream input = new GZIPInputStream(Files.newInputStream(gzip))) {
            return input.readAllBytes();
        }
    }
}
