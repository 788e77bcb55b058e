package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.BlockListDescriptor;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RamStreamHandler;
import org.ramtracker.stream.RamStreamReader;
import org.ramtracker.stream.RefusedException;
import org.ramtracker.stream.SectionBody;
import org.ramtracker.stream.SectionHeader;
import org.ramtracker.stream.SectionKind;
import org.ramtracker.stream.StreamCommand;
import org.ramtracker.stream.StreamConfiguration;
import org.ramtracker.stream.StreamOutcome;

/**
 * What a recording holds. Loads it whole: the blocks in memory outside the heap, whose size does not depend on the recording.
 *
 * <p>Threads: one.
 */
public final class Inspection implements AutoCloseable {
    private static final int COMMANDS_MAX = 4096;
    private static final int COMMAND_BYTES_MAX = 1 << 20;

    private final String sourceName;
    private final long lengthBytes;
    private final SectionTable sections = new SectionTable();
    private final Map<String, InspectedBlock> blocks = new LinkedHashMap<>();
    private final Map<RamBlock, InspectedBlock> byRamBlock = new HashMap<>();
    private final List<Command> commands = new ArrayList<>();
    private int commandBytes;
    private DeviceLengths deviceLengths = DeviceLengths.none();
    private @Nullable StreamConfiguration configuration;
    private @Nullable SectionHeader ramStart;
    private long memSizeTotalBytes;
    private long deviceStateOffsetBytes;
    private int deviceFullSections;
    private boolean ramEnded;
    private OptionalLong eofOffsetBytes = OptionalLong.empty();
    private OptionalLong vmDescriptionOffsetBytes = OptionalLong.empty();

    /** A command of the recording. */
    record Command(int code, String payloadHex) {}

    private Inspection(String sourceName, long lengthBytes) {
        this.sourceName = sourceName;
        this.lengthBytes = lengthBytes;
    }

    /**
     * Loads a recording.
     *
     * @throws IOException if it is damaged or of a kind that is not decoded, in one line
     */
    public static Inspection of(StreamFile file) throws IOException {
        Inspection inspection = new Inspection(file.name(), file.lengthBytes());
        try {
            inspection.load(file);
            return inspection;
        } catch (IOException | RuntimeException e) {
            inspection.close();
            throw e;
        }
    }

    private void load(StreamFile file) throws IOException {
        deviceLengths = DescriptionFinder.find(file.channel());
        StreamOutcome outcome = new RamStreamReader(file.channel(), sourceName, new Loader()).read();
        if (outcome == StreamOutcome.STOPPED_AT_DEVICE && !ramEnded && pages() == 0) {
            throw new IOException(sourceName + ": device state at byte " + deviceStateOffsetBytes
                    + " comes before the pages, and no description at the end of the recording tells its length");
        }
        if (looksLikeMultifd()) {
            throw new IOException(
                    sourceName + ": the main connection of a multifd migration: its normal pages travelled on"
                            + " other connections, which inspect does not decode; record without the capability multifd");
        }
    }

    /** A guest of which only zero pages were sent, and not all of them. */
    private boolean looksLikeMultifd() {
        return pages(PageKind.NORMAL) + pages(PageKind.XBZRLE) == 0
                && pages() > 0
                && blocks.values().stream().anyMatch(block -> block.pagesNeverSent() > 0);
    }

    String sourceName() {
        return sourceName;
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** Empty for machine types before 2.4. */
    Optional<StreamConfiguration> configuration() {
        return Optional.ofNullable(configuration);
    }

    PageSize pageSize() {
        return configuration().map(StreamConfiguration::pageSize).orElse(PageSize.KIB_4);
    }

    List<Command> commands() {
        return commands;
    }

    SectionTable sections() {
        return sections;
    }

    Iterable<InspectedBlock> blocks() {
        return blocks.values();
    }

    int blockCount() {
        return blocks.size();
    }

    /** The first START of RAM; empty if the recording has none. */
    Optional<SectionHeader> ramStart() {
        return Optional.ofNullable(ramStart);
    }

    long memSizeTotalBytes() {
        return memSizeTotalBytes;
    }

    /** Where the last RAM section ends. */
    long deviceStateOffsetBytes() {
        return deviceStateOffsetBytes;
    }

    int deviceFullSections() {
        return deviceFullSections;
    }

    /** Empty if reading stopped at a device of unknown length. */
    OptionalLong eofOffsetBytes() {
        return eofOffsetBytes;
    }

    OptionalLong vmDescriptionOffsetBytes() {
        return vmDescriptionOffsetBytes;
    }

    long pages() {
        return pages(PageKind.DUPLICATE) + pages(PageKind.NORMAL) + pages(PageKind.XBZRLE);
    }

    long pages(PageKind kind) {
        return blocks.values().stream().mapToLong(block -> block.pages(kind)).sum();
    }

    long pagesSentAgain() {
        return blocks.values().stream()
                .mapToLong(InspectedBlock::pagesSentAgain)
                .sum();
    }

    long bytesSentAgain() {
        return blocks.values().stream()
                .mapToLong(InspectedBlock::bytesSentAgain)
                .sum();
    }

    /**
     * The fewest passes that explain the recording. The stream has no mark for the end of a pass, but no pass sends a page
     * twice: there were at least as many passes as any one page has records.
     */
    int passesAtLeast() {
        return blocks.values().stream()
                .mapToInt(InspectedBlock::timesSentMax)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        blocks.values().forEach(InspectedBlock::close);
        sections.close();
    }

    private final class Loader implements RamStreamHandler {
        @Override
        public void configuration(StreamConfiguration read) {
            configuration = read;
        }

        @Override
        public void command(StreamCommand command) throws IOException {
            commandBytes += command.payload().remaining();
            if (commands.size() == COMMANDS_MAX || commandBytes > COMMAND_BYTES_MAX) {
                throw new RefusedException(
                        "more than %d commands, or %d bytes of them".formatted(COMMANDS_MAX, COMMAND_BYTES_MAX));
            }
            byte[] payload = new byte[command.payload().remaining()];
            command.payload().get(0, payload);
            commands.add(new Command(command.code(), HexFormat.of().formatHex(payload)));
        }

        @Override
        public void sectionBegins(SectionHeader section) {
            if (!section.isRam()) {
                return;
            }
            if (ramStart == null) {
                ramStart = section;
            }
            sections.begin(section.kind(), section.offsetBytes());
        }

        @Override
        public void sectionEnds(SectionHeader section, long endOffsetBytes) {
            if (section.isRam()) {
                sections.end(endOffsetBytes);
                deviceStateOffsetBytes = endOffsetBytes;
                ramEnded |= section.kind() == SectionKind.END;
            } else {
                deviceFullSections++;
            }
        }

        @Override
        public void blockList(long totalBytes, List<BlockEntry> entries) throws IOException {
            if (memSizeTotalBytes == 0) {
                memSizeTotalBytes = totalBytes;
            }
            for (BlockEntry entry : entries) {
                if (!blocks.containsKey(entry.idstr())) {
                    map(entry);
                }
            }
        }

        private void map(BlockEntry entry) throws IOException {
            if (blocks.size() == BlockListDescriptor.BLOCKS_MAX) {
                throw new RefusedException("more than %d blocks".formatted(BlockListDescriptor.BLOCKS_MAX));
            }
            try {
                InspectedBlock block = new InspectedBlock(entry, pageSize());
                blocks.put(entry.idstr(), block);
                byRamBlock.put(block.block(), block);
            } catch (IOException e) {
                throw new RefusedException(
                        "no room for a block of %d bytes: %s".formatted(entry.usedLengthBytes(), e.getMessage()));
            }
        }

        @Override
        public @Nullable RamBlock resolve(String idstr) {
            InspectedBlock block = blocks.get(idstr);
            return block == null ? null : block.block();
        }

        @Override
        public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
            sections.page(kind);
            inspected(block).count(offsetBytes, kind, wireBytes);
        }

        private InspectedBlock inspected(RamBlock block) {
            InspectedBlock inspected = byRamBlock.get(block);
            if (inspected == null) {
                throw new AssertionError("a page of a block that was not resolved: " + block);
            }
            return inspected;
        }

        @Override
        public boolean deviceSection(SectionHeader section, SectionBody body) throws IOException {
            OptionalLong bodyBytes = deviceLengths.find(section.idstr(), section.instance());
            if (bodyBytes.isEmpty()) {
                return false;
            }
            body.skip(bodyBytes.getAsLong());
            return true;
        }

        @Override
        public void endOfStream(long offsetBytes) {
            eofOffsetBytes = OptionalLong.of(offsetBytes);
        }

        @Override
        public void vmDescription(long offsetBytes, String json) {
            vmDescriptionOffsetBytes = OptionalLong.of(offsetBytes);
        }
    }
}
