package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.memory.RamBlock;

/** Compares what a guest on KVM keeps for itself with what it must be: program, constants, task state, page tables. */
record KvmImageCheck(KvmMap map, GuestPlan plan) {
    /** One bad page for each page with a bad word; the guest is drained. */
    List<BadPage> badPages() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = arena.allocate(map.imageBytes(), Long.BYTES);
            map.writeImage(image, plan);
            return badPages(image);
        }
    }

    private List<BadPage> badPages(MemorySegment image) {
        List<BadPage> bad = new ArrayList<>();
        long pageBytes = plan.memory().pageSize().bytes();
        long offsetBytes = 0;
        while (offsetBytes < image.byteSize()) {
            if (isGood(image, offsetBytes)) {
                offsetBytes += Long.BYTES;
            } else {
                bad.add(badPage(image, offsetBytes));
                offsetBytes = (offsetBytes / pageBytes + 1) * pageBytes;
            }
        }
        return bad;
    }

    private boolean isGood(MemorySegment image, long offsetBytes) {
        long ignoredBits =
                map.isVariable(offsetBytes) ? -1 : map.isPageTable(offsetBytes) ? KvmMap.ACCESSED_AND_DIRTY : 0;
        long actual = map.home().segment().get(WORD, offsetBytes);
        return ((image.get(WORD, offsetBytes) ^ actual) & ~ignoredBits) == 0;
    }

    private BadPage badPage(MemorySegment image, long offsetBytes) {
        RamBlock home = map.home();
        return new BadPage(
                BadPage.Fault.FOREIGN,
                home.idstr(),
                offsetBytes,
                plan.memory().pageSize().pageOf(offsetBytes),
                image.get(WORD, offsetBytes),
                home.segment().get(WORD, offsetBytes),
                -1);
    }
}
