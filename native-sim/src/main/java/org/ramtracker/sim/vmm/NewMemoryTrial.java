package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * What it takes to find memory for a page, where much is populated at once and in huge pages, as a destination does it.
 *
 * <p>Where this machine is itself a guest, its host takes back memory that is free, and finds it anew when it is touched: that makes a new
 * page several times as expensive. Memory that somebody has just given up is still there, which a destination's seldom is. So each piece
 * is waited for until that is gone, and kept until the last was measured, that none is made of another.
 */
final class NewMemoryTrial {
    private static final int PIECES = 5;
    private static final long PIECE_BYTES = 16L << 20;

    private NewMemoryTrial() {}

    /**
     * The median of the pieces.
     *
     * @param freePagesGone how long to wait before each of them
     */
    static double pageNanos(Duration freePagesGone) throws IOException, InterruptedException {
        double[] nanos = new double[PIECES];
        try (GuestMemory memory = memory()) {
            for (RamBlock piece : memory.blocks()) {
                Thread.sleep(freePagesGone);
                nanos[piece.index()] = pageNanos(piece);
            }
        }
        Arrays.sort(nanos);
        return nanos[PIECES / 2];
    }

    private static GuestMemory memory() throws IOException {
        GuestMemory.Builder builder = GuestMemory.builder(PageSize.KIB_4).adviseHugePages();
        for (int piece = 0; piece < PIECES; piece++) {
            builder.block("piece-" + piece, piece * PIECE_BYTES, PIECE_BYTES, new Backing.Anonymous());
        }
        return builder.build();
    }

    private static double pageNanos(RamBlock piece) throws IOException {
        long begun = System.nanoTime();
        piece.populate(0, piece.usedLengthBytes());
        return (System.nanoTime() - begun) / (double) piece.pages();
    }
}
