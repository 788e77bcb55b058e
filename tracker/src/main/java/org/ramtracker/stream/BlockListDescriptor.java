package org.ramtracker.stream;

/**
 * The block list, which a MEM_SIZE word begins.
 *
 * <pre>
 *   | be64 total | MEM_SIZE | { str8 idstr | be64 used length [| be64 page size] [| be64 address] }* |
 * </pre>
 *
 * <p>The list ends when the used lengths add up to the total. The page size is there only if POSTCOPY_ADVISE announced huge
 * pages and the block has some; the guest-physical address only with x-ignore-shared.
 */
public final class BlockListDescriptor {
    /** Most blocks that are read; a guest with a thousand memory devices has little more than a thousand. */
    public static final int BLOCKS_MAX = 4096;

    private BlockListDescriptor() {}

    /**
     * Length of an entry without optional fields.
     *
     * @param idstrBytes length of the name
     * @return bytes
     */
    public static int entryLengthBytes(int idstrBytes) {
        return 1 + idstrBytes + Long.BYTES;
    }
}
