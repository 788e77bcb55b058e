package org.ramtracker.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** A destination for tests: maps what the first block list asks for, and writes down all it is told, one line an event. */
final class LoadingHandler implements RamStreamHandler, AutoCloseable {
    private static final long LARGEST_TOTAL_BYTES = 1L << 36;

    final List<String> events = new ArrayList<>();
    final Map<String, Long> deviceBodyBytes = new HashMap<>();
    private PageSize pageSize = PageSize.KIB_4;
    private @Nullable GuestMemory memory;
    long pages;

    /** Lets the handler skip the body of a device. */
    LoadingHandler knowing(String idstr, long bodyBytes) {
        deviceBodyBytes.put(idstr, bodyBytes);
        return this;
    }

    /** Uses memory that exists before the stream is read. */
    LoadingHandler into(GuestMemory present) {
        memory = present;
        return this;
    }

    GuestMemory memory() {
        if (memory == null) {
            throw new AssertionError("no block list was read");
        }
        return memory;
    }

    RamBlock block(String idstr) {
        return memory().find(idstr).orElseThrow();
    }

    @Override
    public void configuration(StreamConfiguration configuration) {
        pageSize = configuration.pageSize();
        events.add("configuration " + configuration.machineType() + " " + pageSize.bytes() + " "
                + configuration.capabilities() + " " + configuration.uuid());
    }

    @Override
    public void command(StreamCommand command) {
        events.add("command " + command.code() + " of " + command.payload().remaining() + " bytes at "
                + command.offsetBytes());
    }

    @Override
    public void sectionBegins(SectionHeader section) {
        events.add("begin " + section + " at " + section.offsetBytes());
    }

    @Override
    public void sectionEnds(SectionHeader section, long endOffsetBytes) {
        events.add("end " + section + " at " + endOffsetBytes);
    }

    @Override
    public void blockList(long totalBytes, List<BlockEntry> blocks) throws IOException {
        events.add("blocks " + totalBytes + " " + blocks);
        if (totalBytes > LARGEST_TOTAL_BYTES) {
            throw new RefusedException("a guest of " + totalBytes + " bytes is too large");
        }
        if (memory == null) {
            GuestMemory.Builder builder = GuestMemory.builder(pageSize);
            long address = 0;
            for (BlockEntry block : blocks) {
                builder.block(block.idstr(), address, block.usedLengthBytes(), new Backing.Anonymous());
                address += block.usedLengthBytes();
            }
            memory = builder.build();
        }
    }

    @Override
    public @Nullable RamBlock resolve(String idstr) {
        return memory == null ? null : memory.find(idstr).orElse(null);
    }

    @Override
    public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
        pages++;
    }

    @Override
    public boolean deviceSection(SectionHeader section, SectionBody body) throws IOException {
        Long bodyBytes = deviceBodyBytes.get(section.idstr());
        if (bodyBytes == null) {
            return false;
        }
        body.skip(bodyBytes);
        return true;
    }

    @Override
    public void endOfStream(long offsetBytes) {
        events.add("eof at " + offsetBytes);
    }

    @Override
    public void vmDescription(long offsetBytes, String json) {
        events.add("description at " + offsetBytes + ": " + json);
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
