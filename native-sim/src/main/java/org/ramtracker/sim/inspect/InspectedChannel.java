package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.util.UUID;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdChannelReader;
import org.ramtracker.stream.MultifdHandler;

/** A recorded page channel, and what came on it so far. */
final class InspectedChannel implements AutoCloseable {
    private final StreamFile file;
    private final MultifdChannelReader reader;
    private final MultifdChannelReader.Greeting greeting;
    private final long lengthBytes;
    private long syncPackets;
    private long syncPacketsCarryingPages;
    private long emptyNonSyncPackets;
    private long normalPages;
    private long zeroPages;

    InspectedChannel(StreamFile file, PageSize pageSize, MultifdHandler handler) throws IOException {
        this.file = file;
        this.reader = new MultifdChannelReader(file.channel(), file.name(), pageSize, handler);
        this.greeting = reader.readInitial();
        this.lengthBytes = file.lengthBytes();
    }

    int id() {
        return greeting.channelId();
    }

    UUID uuid() {
        return greeting.uuid();
    }

    long lengthBytes() {
        return lengthBytes;
    }

    StreamFile file() {
        return file;
    }

    ChannelCompression compression() {
        return reader.compression();
    }

    /** Reads up to and including the next SYNC. */
    void readToSync() throws IOException {
        int code;
        do {
            code = readPacket();
            if (code == MultifdChannelReader.END) {
                throw new IOException(
                        "%s: truncated: the channel ends at byte %d, but the main connection has another synchronisation"
                                        .formatted(file.name(), reader.offsetBytes())
                                + " point, so that channel " + id() + " has to have another SYNC packet");
            }
        } while (code != MultifdChannelReader.SYNC);
    }

    /** Reads what follows the last synchronisation point: QEMU 7.2 may leave a packet without pages there. */
    void readToEnd() throws IOException {
        while (readPacket() != MultifdChannelReader.END) {
            if (reader.normalPages() + reader.zeroPages() > 0) {
                throw new IOException("%s: %d pages end at byte %d, after the last synchronisation point of the main"
                                .formatted(file.name(), reader.normalPages() + reader.zeroPages(), reader.offsetBytes())
                        + " connection: the recordings do not belong together, or the main one is cut");
            }
        }
    }

    private int readPacket() throws IOException {
        int code = reader.readPacket();
        if (code == MultifdChannelReader.END) {
            return code;
        }
        int pages = reader.normalPages() + reader.zeroPages();
        normalPages += reader.normalPages();
        zeroPages += reader.zeroPages();
        if (code == MultifdChannelReader.SYNC) {
            syncPackets++;
            syncPacketsCarryingPages += pages > 0 ? 1 : 0;
        } else if (pages == 0) {
            emptyNonSyncPackets++;
        }
        return code;
    }

    long packets() {
        return reader.packets();
    }

    long syncPackets() {
        return syncPackets;
    }

    long syncPacketsCarryingPages() {
        return syncPacketsCarryingPages;
    }

    long emptyNonSyncPackets() {
        return emptyNonSyncPackets;
    }

    long normalPages() {
        return normalPages;
    }

    long zeroPages() {
        return zeroPages;
    }

    @Override
    public void close() {
        reader.close();
    }
}
