package org.ramtracker.sim.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** Memory for tests. */
final class Memories {
    private Memories() {}

    static GuestMemory single(PageSize pageSize, long pages) {
        return build(
                GuestMemory.builder(pageSize).block("pc.ram", 0, pageSize.toBytes(pages), new Backing.Anonymous()));
    }

    /** Three blocks of sizes that leave unused page indices between them, and a hole in the addresses. */
    static GuestMemory several(PageSize pageSize) {
        return build(GuestMemory.builder(pageSize)
                .block("pc.ram", 0, pageSize.toBytes(131), new Backing.Anonymous())
                .block("pc.rom", 1L << 32, pageSize.toBytes(1), new Backing.Anonymous())
                .block("pc.high", 5L << 32, pageSize.toBytes(70), new Backing.Memfd("high")));
    }

    private static GuestMemory build(GuestMemory.Builder builder) {
        try {
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean equal(GuestMemory left, GuestMemory right) {
        for (RamBlock block : left.blocks()) {
            RamBlock other = right.blocks().get(block.index());
            if (block.segment().mismatch(other.segment()) != -1) {
                return false;
            }
        }
        return true;
    }

    /** Zero memory of the same shape. */
    static GuestMemory likeOf(GuestMemory memory) {
        GuestMemory.Builder builder = GuestMemory.builder(memory.pageSize());
        for (RamBlock block : memory.blocks()) {
            builder.block(
                    block.idstr(), block.guestPhysicalAddress(), block.usedLengthBytes(), new Backing.Anonymous());
        }
        return build(builder);
    }

    static void copy(GuestMemory from, GuestMemory to) {
        for (RamBlock block : from.blocks()) {
            to.blocks().get(block.index()).segment().copyFrom(block.segment());
        }
    }
}
