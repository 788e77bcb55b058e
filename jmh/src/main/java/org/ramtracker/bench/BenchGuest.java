package org.ramtracker.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * A guest that has used 1 GiB of its RAM, in pieces of 2 MiB: all of it if it has 1 GiB, one piece in 32 MiB if it has 16. So
 * guests of different size differ in what a log has to look through, and not in how much of it is dirty.
 *
 * <p>Its writes are one store of 8 bytes a page, by machine code of this process or by a vCPU.
 */
abstract class BenchGuest implements AutoCloseable {
    static final int PIECES = 512;
    static final int PIECE_PAGES = 512;
    static final int PAGE_BYTES = 4096;

    /** RAM begins behind what a vCPU needs. */
    private static final long RAM_ADDRESS = 1L << 30;

    private static final int BOOT_PAGES = 64;

    private final GuestMemory memory;
    private final int gib;

    BenchGuest(int gib) throws IOException {
        this.gib = gib;
        this.memory = GuestMemory.builder(PageSize.KIB_4)
                .block("boot", 0, BOOT_PAGES * (long) PAGE_BYTES, new Backing.Anonymous())
                .block("ram", RAM_ADDRESS, (long) gib << 30, new Backing.Anonymous())
                .build();
    }

    static BenchGuest of(LogSource source, int gib) throws IOException {
        BenchGuest guest = switch (source) {
            case PAGEMAP -> new NativeBenchGuest(gib);
            case KVM_LOG, KVM_CLEAR, KVM_RING -> new KvmBenchGuest(gib, source);
        };
        guest.write(1);
        return guest;
    }

    GuestMemory memory() {
        return memory;
    }

    RamBlock boot() {
        return memory.blocks().get(0);
    }

    RamBlock ram() {
        return memory.blocks().get(1);
    }

    /** Where in RAM a piece begins. */
    private long offsetBytesOf(int piece) {
        return (long) piece * gib * PIECE_PAGES * PAGE_BYTES;
    }

    /** Writes one page in so many of those that the guest uses; returns how many. */
    final long write(int stridePages) {
        int count = PIECE_PAGES / stridePages;
        for (int piece = 0; piece < PIECES; piece++) {
            store(offsetBytesOf(piece), count, (long) stridePages * PAGE_BYTES);
        }
        return (long) PIECES * count;
    }

    /** Stores 8 bytes so many times. */
    abstract void store(long offsetBytes, long count, long strideBytes);

    /** The kernel's log of this guest. */
    abstract DirtyLog log();

    @Override
    public void close() throws IOException {
        memory.close();
    }

    static byte[] code(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static void copy(byte[] code, MemorySegment memory, long offsetBytes) {
        MemorySegment.copy(code, 0, memory, JAVA_BYTE, offsetBytes, code.length);
    }

    static void putLongs(MemorySegment memory, long offsetBytes, long... values) {
        for (int i = 0; i < values.length; i++) {
            memory.set(JAVA_LONG, offsetBytes + i * 8L, values[i]);
        }
    }
}
