package org.ramtracker.stream;

/**
 * The first bytes of a stream.
 *
 * <pre>
 *    0               4               8
 *   +---------------+---------------+----
 *   | magic "QEVM"  | version = 3   | type byte of the first element ...
 *   +---------------+---------------+----
 * </pre>
 */
public final class StreamHeaderDescriptor {
    /** "QEVM", be32. */
    public static final int MAGIC = 0x5145564D;

    /** What the page channels of a multifd migration begin with instead, be32. */
    public static final int MULTIFD_MAGIC = 0x11223344;

    /** The only version in use, be32. */
    public static final int VERSION = 3;

    /** Length of magic and version. */
    public static final int LENGTH_BYTES = 8;

    private StreamHeaderDescriptor() {}
}
