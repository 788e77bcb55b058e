package org.ramtracker.sim.guest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * What a guest needs to go on elsewhere, apart from its memory, and its layout in bytes. All numbers are big endian, as in
 * the rest of a migration stream, except in KVM's structures. Its length depends on engine and number of threads only.
 *
 * <pre>
 *    0  u32 magic "RTGS"        16  u64 seed                  48  per thread:
 *    4  u16 version, 2          24  u64 rate, bytes/s              u64 steps made
 *    6  u8  kind                32  u64 layout, see below          u32 phase, ns
 *    7  u8  fill                40  u16 threads             end-4  u32 CRC-32C of all before it
 *    8  u8  1 = stopped by      42  u16 0
 *           its manager         44  u32 0
 *    9  u8  engine                                          before them, of a guest on KVM, by vCPU:
 *   10  6 bytes 0                                                144 bytes kvm_regs, 312 bytes kvm_sregs
 * </pre>
 *
 * The layout is a hash of page size, names, addresses and lengths of the blocks: pages are numbered over all blocks, so in
 * memory of another shape the guest would go astray.
 *
 * @param spec what the guest is
 * @param stopped whether its manager had stopped it
 * @param threads how far each thread got
 * @param registers of the vCPUs, one after the other; empty for an engine without
 */
record GuestState(GuestSpec spec, boolean stopped, List<ThreadProgress> threads, ByteBuffer registers) {
    private static final int MAGIC = 0x52544753;
    private static final short VERSION = 2;
    private static final List<GuestKind> KINDS = List.of(GuestKind.values());
    private static final List<FillKind> FILLS = List.of(FillKind.values());
    private static final List<GuestEngine> ENGINES = List.of(GuestEngine.values());
    private static final List<Boolean> STOPPED = List.of(false, true);
    private static final int HEADER_BYTES = 48;
    private static final int THREAD_BYTES = Long.BYTES + Integer.BYTES;
    private static final int CRC_BYTES = Integer.BYTES;
    private static final int LENGTH_BYTES_MIN = HEADER_BYTES + THREAD_BYTES + CRC_BYTES;

    /** Length of the state of such a guest. */
    static int lengthBytes(GuestSpec spec) {
        return HEADER_BYTES + spec.threads() * (THREAD_BYTES + spec.engine().registerBytes()) + CRC_BYTES;
    }

    /** The state of a guest that has not run yet; its registers, if it has any, are for its engine to set. */
    static GuestState initial(GuestSpec spec) {
        int registerBytes = spec.threads() * spec.engine().registerBytes();
        return new GuestState(
                spec,
                false,
                Collections.nCopies(spec.threads(), ThreadProgress.START),
                ByteBuffer.allocate(registerBytes));
    }

    byte[] encode(GuestMemory memory) {
        ByteBuffer out = ByteBuffer.allocate(lengthBytes(spec));
        out.putInt(MAGIC).putShort(VERSION);
        out.put((byte) KINDS.indexOf(spec.kind())).put((byte) FILLS.indexOf(spec.fill()));
        out.put((byte) (stopped ? 1 : 0))
                .put((byte) ENGINES.indexOf(spec.engine()))
                .put(new byte[6]);
        out.putLong(spec.seed()).putLong(spec.dirtyRateBytesPerSecond()).putLong(layoutHash(memory));
        out.putShort((short) spec.threads()).putShort((short) 0).putInt(0);
        for (ThreadProgress thread : threads) {
            out.putLong(thread.steps()).putInt((int) thread.phaseNanos());
        }
        out.put(registers.duplicate());
        out.putInt(crcOf(out.array()));
        return out.array();
    }

    /**
     * Reads a state that may hold anything.
     *
     * @throws GuestStateException at the first thing that is wrong; nothing was changed
     */
    static GuestState decode(byte[] state, GuestMemory memory) throws GuestStateException {
        checkFrame(state);
        ByteBuffer in = ByteBuffer.wrap(state);
        GuestKind kind = constant(KINDS, "kind", in.get(6), 6);
        FillKind fill = constant(FILLS, "fill", in.get(7), 7);
        boolean stopped = constant(STOPPED, "stopped", in.get(8), 8);
        GuestEngine engine = constant(ENGINES, "engine", in.get(9), 9);
        int threads = Short.toUnsignedInt(in.getShort(40));
        GuestSpec spec = specOf(kind, in.getLong(24), fill, in.getLong(16), threads, engine);
        if (state.length != lengthBytes(spec)) {
            throw new GuestStateException("guest state: %d bytes for %d threads, which take %d"
                    .formatted(state.length, threads, lengthBytes(spec)));
        }
        checkLayout(in.getLong(32), memory, threads);
        List<ThreadProgress> progress = threadsOf(in.position(HEADER_BYTES), spec);
        int registerBytes = threads * engine.registerBytes();
        return new GuestState(spec, stopped, progress, in.slice(in.position(), registerBytes));
    }

    private static void checkFrame(byte[] state) throws GuestStateException {
        if (state.length < LENGTH_BYTES_MIN) {
            throw new GuestStateException(
                    "guest state: %d bytes, at least %d expected".formatted(state.length, LENGTH_BYTES_MIN));
        }
        ByteBuffer in = ByteBuffer.wrap(state);
        if (in.getInt(0) != MAGIC) {
            throw new GuestStateException("guest state: begins with 0x%08x instead of 0x%08x, so it is not the state"
                            .formatted(in.getInt(0), MAGIC)
                    + " of a guest of this program");
        }
        if (in.getShort(4) != VERSION) {
            throw new GuestStateException("guest state: version %d at byte 4, this program reads version %d"
                    .formatted(Short.toUnsignedInt(in.getShort(4)), VERSION));
        }
        int crcAt = state.length - CRC_BYTES;
        if (in.getInt(crcAt) != crcOf(state)) {
            throw new GuestStateException(
                    "guest state: checksum 0x%08x at byte %d, its content gives 0x%08x; it is damaged"
                            .formatted(in.getInt(crcAt), crcAt, crcOf(state)));
        }
    }

    private static <T> T constant(List<T> values, String what, byte code, int offsetBytes) throws GuestStateException {
        if (code < 0 || code >= values.size()) {
            throw new GuestStateException("guest state: %s %d at byte %d, known are 0 to %d"
                    .formatted(what, Byte.toUnsignedInt(code), offsetBytes, values.size() - 1));
        }
        return values.get(code);
    }

    private static GuestSpec specOf(
            GuestKind kind, long rate, FillKind fill, long seed, int threads, GuestEngine engine)
            throws GuestStateException {
        try {
            return new GuestSpec(kind, rate, fill, seed, threads, engine);
        } catch (IllegalArgumentException e) {
            throw new GuestStateException("guest state: " + e.getMessage());
        }
    }

    private static void checkLayout(long hash, GuestMemory memory, int threads) throws GuestStateException {
        if (hash != layoutHash(memory)) {
            throw new GuestStateException(
                    "guest state: it belongs to memory of another layout than %s; give the destination"
                                    .formatted(memory.blocks())
                            + " the blocks and the page size of the source");
        }
        if (threads > new PageLayout(memory).pages()) {
            throw new GuestStateException("guest state: %d threads, more than the memory has pages".formatted(threads));
        }
    }

    private static List<ThreadProgress> threadsOf(ByteBuffer in, GuestSpec spec) throws GuestStateException {
        List<ThreadProgress> threads = new ArrayList<>();
        for (int thread = 0; thread < spec.threads(); thread++) {
            int at = in.position();
            long steps = in.getLong();
            long phaseNanos = Integer.toUnsignedLong(in.getInt());
            if (steps < 0 || steps >= Stamps.STEPS_MAX || (spec.isIdle() && steps != 0)) {
                throw new GuestStateException(
                        "guest state: %s steps at byte %d, impossible for thread %d of a guest of kind %s"
                                .formatted(
                                        Long.toUnsignedString(steps),
                                        at,
                                        thread,
                                        spec.kind().optionName()));
            }
            if (phaseNanos >= Pacer.BURST_PERIOD_NANOS) {
                throw new GuestStateException("guest state: phase of %d ns at byte %d, less than %d expected"
                        .formatted(phaseNanos, at + Long.BYTES, Pacer.BURST_PERIOD_NANOS));
            }
            threads.add(new ThreadProgress(steps, phaseNanos));
        }
        return threads;
    }

    private static long layoutHash(GuestMemory memory) {
        long hash = Mixer.mix(memory.pageSize().shift());
        for (RamBlock block : memory.blocks()) {
            hash = Mixer.mix(hash + block.idstr().hashCode());
            hash = Mixer.mix(hash + block.guestPhysicalAddress());
            hash = Mixer.mix(hash + block.usedLengthBytes());
        }
        return hash;
    }

    private static int crcOf(byte[] state) {
        CRC32C crc = new CRC32C();
        crc.update(state, 0, state.length - CRC_BYTES);
        return (int) crc.getValue();
    }
}
