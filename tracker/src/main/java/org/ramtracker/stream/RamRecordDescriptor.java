package org.ramtracker.stream;

/**
 * A record of a RAM section's body.
 *
 * <pre>
 *   | be64 word = offset | flags [| CONTINUE] | [str8 idstr] | payload |
 *
 *   63                         log2(page size)              0
 *   +--------------------------------------+----------------+
 *   | offset in the block, page aligned    | flags          |
 *   +--------------------------------------+----------------+
 *
 *   payload of ZERO   : u8 fill byte
 *              PAGE   : the page
 *              XBZRLE : u8 = 1, be16 n, n bytes
 *              MEM_SIZE (the offset is the total): see {@link BlockListDescriptor}
 *              EOS    : none; ends the body
 * </pre>
 *
 * <p>The name is there unless CONTINUE says that the block is that of the previous page record, wherever in the stream that
 * was. But for CONTINUE the flags are exactly one of the values.
 */
public final class RamRecordDescriptor {
    /** A page of one repeated byte. */
    public static final int ZERO = 0x002;

    /** The block list. */
    public static final int MEM_SIZE = 0x004;

    /** A page, whole. */
    public static final int PAGE = 0x008;

    /** End of the section's body. */
    public static final int EOS = 0x010;

    /** Modifier: no name, the block is that of the previous page record. */
    public static final int CONTINUE = 0x020;

    /** A delta against the page's present content. */
    public static final int XBZRLE = 0x040;

    /** RDMA. */
    public static final int HOOK = 0x080;

    /** A page compressed by itself, QEMU 2.4 to 9.0. */
    public static final int COMPRESS_PAGE = 0x100;

    /** Synchronisation point of a multifd migration. */
    public static final int MULTIFD_FLUSH = 0x200;

    /** Length of the word that begins every record. */
    public static final int WORD_LENGTH_BYTES = Long.BYTES;

    /** First byte of an XBZRLE payload. */
    public static final int XBZRLE_HEADER = 1;

    private RamRecordDescriptor() {}

    /**
     * The offset in a word.
     *
     * @param word the word
     * @param pageBytes the page size
     * @return byte offset in the block, or the total of MEM_SIZE
     */
    public static long offsetBytes(long word, int pageBytes) {
        return word & -pageBytes;
    }

    /**
     * The flags in a word.
     *
     * @param word the word
     * @param pageBytes the page size
     * @return flags, CONTINUE included
     */
    public static int flags(long word, int pageBytes) {
        return (int) word & (pageBytes - 1);
    }

    /**
     * Length of word and name.
     *
     * @param nameBytes length of the name, or 0 for CONTINUE
     * @return bytes
     */
    public static int headLengthBytes(int nameBytes) {
        return WORD_LENGTH_BYTES + (nameBytes == 0 ? 0 : 1 + nameBytes);
    }

    /**
     * Length of a ZERO record.
     *
     * @param nameBytes length of the name, or 0 for CONTINUE
     * @return bytes
     */
    public static int duplicateLengthBytes(int nameBytes) {
        return headLengthBytes(nameBytes) + 1;
    }

    /**
     * Length of a PAGE record.
     *
     * @param nameBytes length of the name, or 0 for CONTINUE
     * @param pageBytes the page size
     * @return bytes
     */
    public static int normalLengthBytes(int nameBytes, int pageBytes) {
        return headLengthBytes(nameBytes) + pageBytes;
    }

    /**
     * Length of an XBZRLE record.
     *
     * @param nameBytes length of the name, or 0 for CONTINUE
     * @param deltaBytes length of the delta
     * @return bytes
     */
    public static int deltaLengthBytes(int nameBytes, int deltaBytes) {
        return headLengthBytes(nameBytes) + 1 + Short.BYTES + deltaBytes;
    }
}
