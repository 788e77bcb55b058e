package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ramtracker.live.DeviceStateTarget;
import org.ramtracker.live.MemoryFactory;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.BlockEntry;

/**
 * The destination's machine as it takes shape: first its memory, by the stream's block list, then the guest in it. What does
 * not fit together is refused while the source can still be told.
 */
final class LoadedGuest implements MemoryFactory, DeviceStateTarget {
    /** The state of a guest with the most threads there can be takes about 12 KiB, with the most vCPUs 30 KiB. */
    private static final int STATE_BYTES_MAX = 1 << 16;

    private final IncomingTerms terms;
    private final PreparedMemory prepared;
    private @Nullable GuestMemory memory;
    private @Nullable SimulatedVm vm;
    private int flags;

    LoadedGuest(IncomingTerms terms, PreparedMemory prepared) {
        this.terms = terms;
        this.prepared = prepared;
    }

    @Override
    public GuestMemory create(PageSize pageSize, List<BlockEntry> blocks) throws IOException {
        GuestMemory taken = prepared.takeFor(pageSize, blocks);
        GuestMemory made = taken != null ? taken : make(pageSize, blocks);
        memory = made;
        return made;
    }

    private GuestMemory make(PageSize pageSize, List<BlockEntry> blocks) throws IOException {
        GuestMemory.Builder builder = GuestMemory.builder(pageSize);
        for (BlockEntry block : blocks) {
            checkLength(block);
            long address = Machine.addressOf(block.idstr(), block.usedLengthBytes());
            builder.block(block.idstr(), address, block.usedLengthBytes(), new Backing.Anonymous());
        }
        return builder.build();
    }

    private void checkLength(BlockEntry block) throws IOException {
        long here = terms.ramBytes().orElse(block.usedLengthBytes());
        if (block.idstr().equals(Machine.RAM) && block.usedLengthBytes() != here) {
            throw new IOException("block %s has %d bytes at the source and %d here; give both the same --ram"
                    .formatted(Machine.RAM, block.usedLengthBytes(), here));
        }
    }

    @Override
    public String idstr() {
        return GuestDevice.IDSTR;
    }

    @Override
    public int instanceId() {
        return GuestDevice.INSTANCE_ID;
    }

    @Override
    public int stateBytesMax() {
        return STATE_BYTES_MAX;
    }

    @Override
    public void load(int version, ByteBuffer state) throws IOException {
        if (version != GuestDevice.VERSION) {
            throw new IOException("the guest's state has version %d, this program reads version %d"
                    .formatted(version, GuestDevice.VERSION));
        }
        if (memory == null || !state.hasRemaining()) {
            throw new IOException("the guest's state " + (memory == null ? "came before its memory" : "is empty"));
        }
        flags = state.get();
        byte[] guestState = new byte[state.remaining()];
        state.get(guestState);
        vm = arrived(memory, guestState);
    }

    private SimulatedVm arrived(GuestMemory memory, byte[] guestState) throws IOException {
        try {
            return SimulatedVm.arrived(memory, guestState, terms.dirtySource());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether the source wants to compare both memories. */
    boolean comparisonWanted() {
        return (flags & GuestDevice.FLAG_COMPARE) != 0;
    }

    /** Whether the source waits to hear what the guest's self-check found. */
    boolean reportWanted() {
        return (flags & GuestDevice.FLAG_REPORT) != 0;
    }

    /** The machine, once the whole stream has been taken. */
    SimulatedVm vm() {
        return Objects.requireNonNull(vm, "the target lets no stream pass that lacks a device");
    }
}
