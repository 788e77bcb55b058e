package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
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
    private final InspectedBlocks blocks = new InspectedBlocks();
    private final ChannelSet channels;
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

    private Inspection(StreamFile main, List<StreamFile> channelFiles) throws IOException {
        this.sourceName = main.name();
        this.lengthBytes = main.lengthBytes();
        this.channels = new ChannelSet(channelFiles, blocks);
    }

    /**
     * Loads a recording.
     *
     * @throws IOException if it is damaged or of a kind that is not decoded, in one line
     */
    public static Inspection of(StreamFile file) throws IOException {
        return of(file, List.of());
    }

    /**
     * Loads the recording of a multifd migration.
     *
     * @param file the main connection
     * @param channelFiles its page channels, all of them, in any order
     * @throws IOException if one is damaged, missing, or of a kind that is not decoded, in one line
     */
    public static Inspection of(StreamFile file, List<StreamFile> channelFiles) throws IOException {
        Inspection inspection = new Inspection(file, channelFiles);
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
        channels.mainEnds();
        if (channels.isEmpty() && looksLikeMultifd()) {
            throw new IOException(
                    sourceName + ": the main connection of a multifd migration: its normal pages travelled"
                            + " on other connections; " + ChannelSet.giveChannels());
        }
    }

    /** A guest of which only zero pages were sent, and not all of them. */
    private boolean looksLikeMultifd() {
        return pages(PageKind.NORMAL) + pages(PageKind.XBZRLE) == 0
                && pages() > 0
                && blocks.all().stream().anyMatch(block -> block.pagesNeverSent() > 0);
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

    /** The page channels; none if the pages are in the stream itself. */
    ChannelSet channels() {
        return channels;
    }

    Iterable<InspectedBlock> blocks() {
        return blocks.all();
    }

    int blockCount() {
        return blocks.all().size();
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
        return blocks.pages(kind);
    }

    long pagesSentAgain() {
        return blocks.all().stream().mapToLong(InspectedBlock::pagesSentAgain).sum();
    }

    long bytesSentAgain() {
        return blocks.all().stream().mapToLong(InspectedBlock::bytesSentAgain).sum();
    }

    /**
     * The fewest passes that explain the recording. The stream has no mark for the end of a pass, but no pass sends a page
     * twice: there were at least as many passes as any one page has records.
     */
    int passesAtLeast() {
        return blocks.all().stream()
                .mapToInt(InspectedBlock::timesSentMax)
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        channels.close();
        blocks.close();
        sections.close();
    }

    private final class Loader implements RamStreamHandler {
        @Override
        public void configuration(StreamConfiguration read) {
            configuration = read;
            channels.pageSizeIs(read.pageSize());
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
        public void multifdFlush() throws IOException {
            channels.flush();
        }

        @Override
        public void sectionEnds(SectionHeader section, long endOffsetBytes) throws IOException {
            if (section.isRam()) {
                channels.sectionEnds();
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
                blocks.add(entry, pageSize());
            }
        }

        @Override
        public @Nullable RamBlock resolve(String idstr) {
            return blocks.resolve(idstr);
        }

        @Override
        public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
            sections.page(kind);
            channels.count(block, offsetBytes, kind, wireBytes);
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
