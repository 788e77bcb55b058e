package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import org.ramtracker.libc.Libc;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/** A little memory to try a log on, of the host's pages. */
final class ProbeMemory {
    private ProbeMemory() {}

    static GuestMemory map(int pages) throws IOException {
        PageSize pageSize = PageSize.ofBytes(Libc.pageSizeBytes());
        return GuestMemory.builder(pageSize)
                .block("probe", 0, pageSize.toBytes(pages), new Backing.Anonymous())
                .build();
    }

    static void write(GuestMemory memory, int page) {
        memory.blocks().getFirst().segment().set(JAVA_BYTE, memory.pageSize().toBytes(page), (byte) 1);
    }
}
