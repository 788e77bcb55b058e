package org.ramtracker.sim.vmm;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.ramtracker.libc.Errno;
import org.ramtracker.libc.LibcException;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;

/**
 * The machine that is simulated: a PC's RAM and its graphics memory, with a hole between them.
 *
 * <pre>
 *   0          pc.ram, up to 3 GiB
 *   0xfd000000 vga.vram, 16 MiB
 *   4 GiB      pc.ram instead, if it is longer than 3 GiB
 * </pre>
 *
 * Addresses follow from names and lengths alone, so a destination lays out the same machine from the stream's block list.
 */
final class Machine {
    /** What the stream's configuration calls it. */
    static final String TYPE = "ramtracker-1";

    static final String RAM = "pc.ram";
    static final String VIDEO_RAM = "vga.vram";

    private static final long VIDEO_RAM_ADDRESS = 0xfd00_0000L;
    private static final long VIDEO_RAM_BYTES = 16L << 20;
    private static final long LOW_RAM_BYTES_MAX = 3L << 30;
    private static final long HIGH_RAM_ADDRESS = 4L << 30;

    private Machine() {}

    /**
     * The memory of such a machine.
     *
     * @throws IOException if this host cannot give so much; nothing is mapped
     */
    static GuestMemory memory(PageSize pageSize, long ramBytes) throws IOException {
        requireHostHas(ramBytes);
        try {
            return map(pageSize, ramBytes);
        } catch (IOException e) {
            boolean outOfMemory = e.getCause() instanceof LibcException call && call.errno() == Errno.ENOMEM;
            throw outOfMemory ? tooLarge(ramBytes, e) : e;
        }
    }

    /** The kernel maps more than there is, and kills somebody when it is written to. */
    private static void requireHostHas(long ramBytes) throws IOException {
        if (ramBytes > hostBytes()) {
            throw tooLarge(ramBytes, null);
        }
    }

    private static long hostBytes() {
        OperatingSystemMXBean host = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return host.getTotalMemorySize() + host.getTotalSwapSpaceSize();
    }

    private static IOException tooLarge(long ramBytes, @Nullable IOException cause) {
        return new IOException(
                "no memory for a guest of %d MiB: this host has %d MiB; choose a smaller --ram"
                        .formatted(ramBytes >> 20, hostBytes() >> 20),
                cause);
    }

    private static GuestMemory map(PageSize pageSize, long ramBytes) throws IOException {
        return GuestMemory.builder(pageSize)
                .block(RAM, addressOf(RAM, ramBytes), ramBytes, new Backing.Anonymous())
                .block(VIDEO_RAM, VIDEO_RAM_ADDRESS, VIDEO_RAM_BYTES, new Backing.Anonymous())
                .adviseHugePages()
                .build();
    }

    /** RAM and graphics memory together. */
    static long totalBytes(long ramBytes) {
        return ramBytes + VIDEO_RAM_BYTES;
    }

    /**
     * Where a block of the machine is.
     *
     * @throws IOException if the machine has no such block
     */
    static long addressOf(String idstr, long lengthBytes) throws IOException {
        return switch (idstr) {
            case RAM -> lengthBytes <= LOW_RAM_BYTES_MAX ? 0 : HIGH_RAM_ADDRESS;
            case VIDEO_RAM -> VIDEO_RAM_ADDRESS;
            default -> throw new IOException("block %s is no part of machine %s".formatted(idstr, TYPE));
        };
    }
}
