package org.ramtracker.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.MultifdHandler;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RamStreamHandler;

/** A destination whose memory is there already. */
record Loaded(GuestMemory memory) implements RamStreamHandler, MultifdHandler {
    @Override
    public void blockList(long totalBytes, List<BlockEntry> blocks) {
        Checks.equal("the block list", totalBytes, memory.totalBytes());
    }

    @Override
    public @Nullable RamBlock resolve(String idstr) {
        return memory.find(idstr).orElse(null);
    }

    @Override
    public void pagesArrive(RamBlock block, long offsetBytes, long lengthBytes) {}

    @Override
    public boolean isStillZero(RamBlock block, long offsetBytes) {
        return false;
    }

    @Override
    public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {}
}
