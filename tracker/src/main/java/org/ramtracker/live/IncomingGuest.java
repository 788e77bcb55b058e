package org.ramtracker.live;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.MultifdInitialDescriptor;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RamStreamHandler;
import org.ramtracker.stream.RefusedException;
import org.ramtracker.stream.SectionBody;
import org.ramtracker.stream.SectionHeader;
import org.ramtracker.stream.StreamCommand;
import org.ramtracker.stream.StreamConfiguration;

/** Finds memory and devices for a stream, answers its commands, and counts. */
final class IncomingGuest implements RamStreamHandler {
    private final MemorySource memorySource;
    private final List<DeviceStateTarget> devices;
    private final List<DeviceStateTarget> missing;
    private final Replies replies;
    private final IncomingChannels channels;
    private @Nullable PageSize pageSize;
    private UUID uuid = MultifdInitialDescriptor.NO_UUID;
    private @Nullable GuestMemory memory;
    private @Nullable ArrivingPages arriving;
    private long runEndBytes;
    private long runBytes;
    private long normalPages;
    private long duplicatePages;
    private long xbzrlePages;

    IncomingGuest(
            MemorySource memorySource, List<DeviceStateTarget> devices, Replies replies, IncomingChannels channels) {
        this.memorySource = memorySource;
        this.devices = devices;
        this.missing = new ArrayList<>(devices);
        this.replies = replies;
        this.channels = channels;
    }

    /** The memory, complete once the stream has been read. */
    Optional<GuestMemory> memory() {
        return Optional.ofNullable(memory);
    }

    ReceiveStatistics statistics(long transferredBytes) {
        return new ReceiveStatistics(
                transferredBytes + channels.transferredBytes(),
                normalPages + channels.normalPages(),
                duplicatePages + channels.zeroPages(),
                xbzrlePages);
    }

    /** Nothing arrives any more: ends what works beside the reading. Afterwards the memory may be unmapped. */
    void endArrival() {
        if (arriving != null) {
            arriving.close();
        }
    }

    /** Closes memory that was made for this stream. */
    void release() {
        if (memory != null && memorySource.isOurs()) {
            memory.close();
        }
    }

    @Override
    public void configuration(StreamConfiguration configuration) throws IOException {
        if (!configuration.machineType().equals(Protocol.MACHINE_TYPE)) {
            throw new RefusedException("the machine type is %s, this destination loads %s only"
                    .formatted(Protocol.printable(configuration.machineType()), Protocol.MACHINE_TYPE));
        }
        pageSize = configuration.pageSize();
        uuid = configuration.uuid().orElse(MultifdInitialDescriptor.NO_UUID);
    }

    @Override
    public void command(StreamCommand command) throws IOException {
        switch (command.code()) {
            case CommandDescriptor.OPEN_RETURN_PATH -> replies.open();
            case CommandDescriptor.PING -> replies.pong(pingValue(command));
            default -> {
                // Nothing that this destination would have to do, and its length is known.
            }
        }
    }

    static int pingValue(StreamCommand command) throws RefusedException {
        if (command.payload().remaining() != Integer.BYTES) {
            throw new RefusedException("a PING of %d bytes instead of 4"
                    .formatted(command.payload().remaining()));
        }
        return command.payload().getInt(command.payload().position());
    }

    @Override
    public void blockList(long totalBytes, List<BlockEntry> blocks) throws IOException {
        if (pageSize == null) {
            throw new RefusedException(
                    "the stream has no configuration, this destination loads %s only".formatted(Protocol.MACHINE_TYPE));
        }
        if (memory == null) {
            memory = memorySource.memoryFor(pageSize, totalBytes, blocks);
            arriving = memorySource.isOurs() ? new ArrivingPages(memory) : null;
        }
    }

    /** The first one is in START, behind the block list. */
    @Override
    public void multifdFlush() throws IOException {
        if (pageSize == null || memory == null) {
            throw new RefusedException("a multifd synchronisation point before the block list");
        }
        GuestMemory known = memory;
        channels.synchronise(uuid, pageSize, new ChannelPagesHandler(known, arriving));
    }

    @Override
    public @Nullable RamBlock resolve(String idstr) {
        return memory().flatMap(known -> known.find(idstr)).orElse(null);
    }

    /** The main stream brings page after page, so how dense they come is to be seen only from page to page. */
    @Override
    public void pagesArrive(RamBlock block, long offsetBytes, long lengthBytes) throws IOException {
        if (arriving != null) {
            runBytes = offsetBytes == runEndBytes ? runBytes + lengthBytes : lengthBytes;
            runEndBytes = offsetBytes + lengthBytes;
            arriving.arrive(block, offsetBytes, lengthBytes, runBytes);
        }
    }

    @Override
    public boolean isStillZero(RamBlock block, long offsetBytes) {
        return arriving != null && arriving.isStillZero(block, offsetBytes);
    }

    @Override
    public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
        switch (kind) {
            case NORMAL -> normalPages++;
            case DUPLICATE -> duplicatePages++;
            case XBZRLE -> xbzrlePages++;
        }
    }

    @Override
    public boolean deviceSection(SectionHeader section, SectionBody body) throws IOException {
        DeviceStateTarget device = devices.stream()
                .filter(known -> isFor(known, section))
                .findFirst()
                .orElseThrow(() -> unknown(section));
        if (!missing.remove(device)) {
            throw new RefusedException("device %s came twice".formatted(name(device)));
        }
        DeviceSections.load(device, section.version(), body);
        return true;
    }

    private static boolean isFor(DeviceStateTarget device, SectionHeader section) {
        return device.idstr().equals(section.idstr()) && device.instanceId() == section.instance();
    }

    private RefusedException unknown(SectionHeader section) {
        return new RefusedException("no such device here: %s instance %s; there is %s"
                .formatted(
                        Protocol.printable(section.idstr()),
                        Integer.toUnsignedString(section.instance()),
                        devices.isEmpty() ? "none" : names(devices)));
    }

    private static String name(DeviceStateTarget device) {
        return "%s instance %d".formatted(device.idstr(), device.instanceId());
    }

    private static String names(List<DeviceStateTarget> devices) {
        return devices.stream().map(IncomingGuest::name).collect(Collectors.joining(", "));
    }

    @Override
    public void endOfStream(long offsetBytes) throws IOException {
        if (memory == null) {
            throw new RefusedException("the stream ends without a list of RAM blocks");
        }
        if (!missing.isEmpty()) {
            throw new RefusedException("the stream ends without the state of %s".formatted(names(missing)));
        }
    }
}
