package org.ramtracker.memory;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;

/**
 * Guest memory as byte buffers, because that is what channels read into and write from: with them bytes travel between memory and
 * socket without a copy in between. A buffer ends at 2 GiB, a block does not, so a block is seen through windows of 1 GiB.
 *
 * <p>Threads: one. Nothing allocates but the first look at a block. A buffer of closed memory throws
 * {@link IllegalStateException} when it is used.
 */
public final class MemoryWindows {
    private static final int WINDOW_SHIFT = 30;
    private static final long WINDOW_BYTES = 1L << WINDOW_SHIFT;

    private final IdentityHashMap<RamBlock, ByteBuffer[]> windowsOfBlocks = new IdentityHashMap<>();

    /** Windows that were not looked through yet. */
    public MemoryWindows() {
        // The fields are ready, but a public constructor has to be documented.
    }

    /**
     * A piece of a block as a buffer.
     *
     * @param block the block
     * @param offsetBytes where in it, less than its length
     * @param lengthBytes how much is wanted, positive; it reaches no further than the end of the block
     * @return the bytes between position and limit: all that is wanted, or less if a window ends before. Valid until the next call
     */
    public ByteBuffer window(RamBlock block, long offsetBytes, long lengthBytes) {
        assert lengthBytes > 0 && offsetBytes + lengthBytes <= block.usedLengthBytes() : offsetBytes;
        ByteBuffer window = windowsOf(block)[(int) (offsetBytes >>> WINDOW_SHIFT)];
        int position = (int) (offsetBytes & (WINDOW_BYTES - 1));
        int length = (int) Math.min(lengthBytes, window.capacity() - position);
        return window.limit(position + length).position(position);
    }

    private ByteBuffer[] windowsOf(RamBlock block) {
        ByteBuffer[] windows = windowsOfBlocks.get(block);
        if (windows == null) {
            windows = cut(block);
            windowsOfBlocks.put(block, windows);
        }
        return windows;
    }

    private static ByteBuffer[] cut(RamBlock block) {
        long lengthBytes = block.usedLengthBytes();
        ByteBuffer[] windows = new ByteBuffer[(int) ((lengthBytes + WINDOW_BYTES - 1) >>> WINDOW_SHIFT)];
        for (int i = 0; i < windows.length; i++) {
            long start = (long) i << WINDOW_SHIFT;
            windows[i] = block.segment()
                    .asSlice(start, Math.min(WINDOW_BYTES, lengthBytes - start))
                    .asByteBuffer();
        }
        return windows;
    }
}
