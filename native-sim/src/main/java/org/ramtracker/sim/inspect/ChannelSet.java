package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdHandler;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RefusedException;

/**
 * The page channels of a multifd migration, read in step with the main connection: at each synchronisation point of that, each
 * of them up to its next SYNC.
 *
 * <p>Machine types up to 8.0 synchronise at the end of every RAM section, later ones at words of their own, of which the first
 * is in the first section.
 */
final class ChannelSet implements MultifdHandler, AutoCloseable {
    private final List<StreamFile> files;
    private final InspectedBlocks blocks;
    private final List<InspectedChannel> channels = new ArrayList<>();
    private final SyncInterval interval = new SyncInterval();
    private @Nullable PageSize pageSize;
    private long flushWords;
    private long ramSections;
    private boolean perSection;

    /**
     * A set, none of which has been read.
     *
     * @param files the channels, in any order; none for a recording without channels
     */
    ChannelSet(List<StreamFile> files, InspectedBlocks blocks) {
        this.files = List.copyOf(files);
        this.blocks = blocks;
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    void pageSizeIs(PageSize size) {
        pageSize = size;
    }

    /** The main connection has a synchronisation word. */
    void flush() throws IOException {
        if (isEmpty()) {
            throw new RefusedException(
                    "a multifd synchronisation point: the pages travelled on other connections; " + giveChannels());
        }
        if (perSection) {
            throw new RefusedException("a multifd synchronisation point, but the first RAM section had none");
        }
        flushWords++;
        readToSync();
    }

    static String giveChannels() {
        return "give the recordings of its channels too, after this one";
    }

    /** The main connection has ended a RAM section. */
    void sectionEnds() throws IOException {
        ramSections++;
        if (ramSections == 1) {
            perSection = flushWords == 0;
        }
        if (perSection && !isEmpty()) {
            readToSync();
        }
    }

    private void readToSync() throws IOException {
        if (channels.isEmpty()) {
            open();
        }
        for (InspectedChannel channel : channels) {
            channel.readToSync();
        }
        interval.next();
    }

    private void open() throws IOException {
        PageSize size = pageSize == null ? PageSize.KIB_4 : pageSize;
        for (StreamFile file : files) {
            channels.add(new InspectedChannel(file, size, this));
        }
        channels.sort(Comparator.comparingInt(InspectedChannel::id));
        for (int i = 0; i < channels.size(); i++) {
            check(channels.get(i), i);
        }
    }

    private void check(InspectedChannel channel, int expectedId) throws IOException {
        if (channel.id() != expectedId) {
            throw new IOException(
                    "%s: channel %d where channel %d was expected; give each channel of the migration once"
                            .formatted(channel.file().name(), channel.id(), expectedId));
        }
        if (!channel.uuid().equals(channels.getFirst().uuid())) {
            throw new IOException("%s: the channel of guest %s, but channel 0 is one of guest %s"
                    .formatted(
                            channel.file().name(),
                            channel.uuid(),
                            channels.getFirst().uuid()));
        }
    }

    /** The main connection is over. */
    void mainEnds() throws IOException {
        for (InspectedChannel channel : channels) {
            channel.readToEnd();
        }
    }

    @Override
    public @Nullable RamBlock resolve(String idstr) {
        return blocks.resolve(idstr);
    }

    @Override
    public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
        count(block, offsetBytes, kind, wireBytes);
    }

    /** Counts a page of any connection. */
    void count(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
        InspectedBlock inspected = blocks.of(block);
        inspected.count(offsetBytes, kind, wireBytes);
        if (!isEmpty()) {
            interval.page(inspected, offsetBytes);
        }
    }

    List<InspectedChannel> channels() {
        return channels;
    }

    ChannelCompression compression() {
        return channels.stream()
                .map(InspectedChannel::compression)
                .filter(method -> method != ChannelCompression.NONE)
                .findFirst()
                .orElse(ChannelCompression.NONE);
    }

    boolean isSynchronisedPerSection() {
        return perSection;
    }

    long ramSections() {
        return ramSections;
    }

    long flushWords() {
        return flushWords;
    }

    SyncInterval interval() {
        return interval;
    }

    @Override
    public void close() {
        channels.forEach(InspectedChannel::close);
    }
}
