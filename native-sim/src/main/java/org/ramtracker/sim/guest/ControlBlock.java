package org.ramtracker.sim.guest;

import static org.ramtracker.sim.guest.Stamps.WORD;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.ToLongFunction;
import org.ramtracker.memory.RamBlock;

/**
 * What {@link GuestProgram} is told about one thread or vCPU, and how it reports. Little endian; {@code guest.s} has the same
 * layout.
 *
 * <pre>
 *   0x00 budget          0x28 kind            0x50 stamp key      0x70 ledger address
 *   0x08 acknowledged    0x30 first ordinal   0x58 page shift     0x78 unused
 *   0x10 bad ordinal     0x38 pages           0x60 last offset    0x80 by block: end ordinal, base
 *   0x18 bad expected    0x40 hot pages       0x68 slots
 *   0x20 bad found       0x48 pattern key
 * </pre>
 *
 * The base of a block is its address less that of its first ordinal, so that base + ordinal x page size is the page's address.
 */
final class ControlBlock {
    static final int BYTES = 0x100;

    /** The machine writes this one and the next while the vCPU does not run; the program writes the three that follow. */
    static final int BUDGET = 0x00;

    static final int ACKNOWLEDGED = 0x08;
    static final int BAD_ORDINAL = 0x10;
    static final int BAD_EXPECTED = 0x18;
    static final int BAD_FOUND = 0x20;

    /** What follows never changes. */
    static final int CONSTANTS = 0x28;

    static final int BLOCKS_MAX = (BYTES - 0x80) / 16;

    private ControlBlock() {}

    /**
     * Fills in the constants.
     *
     * @param control the block, zero
     * @param addressOf where the program sees a block of memory
     * @throws IllegalArgumentException if the memory has more than {@link #BLOCKS_MAX} blocks
     */
    static void fill(
            MemorySegment control, GuestPlan plan, int thread, ToLongFunction<RamBlock> addressOf, long ledgerAddress) {
        WritePattern pattern = plan.patterns().get(thread);
        int pageBytes = plan.memory().pageSize().bytes();
        control.set(WORD, CONSTANTS, codeOf(plan.spec().kind()));
        control.set(WORD, 0x30, pattern.firstOrdinal());
        control.set(WORD, 0x38, pattern.pages());
        control.set(WORD, 0x40, pattern.hotPages());
        control.set(WORD, 0x48, pattern.key());
        control.set(WORD, 0x50, plan.stamps().keyOf(thread));
        control.set(WORD, 0x58, plan.memory().pageSize().shift());
        control.set(WORD, 0x60, plan.stamps().lastOffsetBytes());
        control.set(WORD, 0x68, pageBytes / Long.BYTES - 2);
        control.set(WORD, 0x70, ledgerAddress);
        fillBlocks(control, plan.layout(), addressOf);
    }

    private static long codeOf(GuestKind kind) {
        return switch (kind) {
            case IDLE -> 0;
            case SWEEP -> 1;
            case HOTSET -> 2;
            case RANDOM_WRITES, BURSTY -> 3;
        };
    }

    private static void fillBlocks(MemorySegment control, PageLayout layout, ToLongFunction<RamBlock> addressOf) {
        List<RamBlock> blocks = layout.blocks();
        if (blocks.size() > BLOCKS_MAX) {
            throw new IllegalArgumentException(
                    "the guest program knows up to %d blocks, the memory has %d".formatted(BLOCKS_MAX, blocks.size()));
        }
        for (int i = 0; i < blocks.size(); i++) {
            control.set(WORD, 0x80 + 16 * i, layout.endOrdinal(i));
            control.set(WORD, 0x88 + 16 * i, addressOf.applyAsLong(blocks.get(i)) - layout.blockStartBytes(i));
        }
    }

    /** The page that the program found not to be as it was left. */
    static IOException badPage(MemorySegment control, PageLayout layout) {
        long ordinal = control.get(WORD, BAD_ORDINAL);
        if (ordinal < 0 || ordinal >= layout.pages()) {
            return new IOException("the guest reports a page that there is not, number " + ordinal);
        }
        long pageInBlock = layout.pageSize().pageOf(layout.offsetBytesOf(ordinal));
        return new IOException("the guest found block %s page %d not as it was left: 0x%016x instead of 0x%016x"
                .formatted(
                        layout.blockOf(ordinal).idstr(),
                        pageInBlock,
                        control.get(WORD, BAD_FOUND),
                        control.get(WORD, BAD_EXPECTED)));
    }
}
