package org.ramtracker.stream;

/**
 * The description of the device sections, after EOF.
 *
 * <pre>
 *    0    1            5
 *   +----+------------+--------------------------
 *   | 06 | be32 n     | n bytes of JSON, "{" ...
 *   +----+------------+--------------------------
 * </pre>
 */
public final class VmDescriptionDescriptor {
    /** Length of what precedes the JSON. */
    public static final int HEADER_LENGTH_BYTES = 1 + Integer.BYTES;

    /** Longest JSON that is read; a small PC has 45 KB. */
    public static final int JSON_BYTES_MAX = 4 << 20;

    private VmDescriptionDescriptor() {}

    /**
     * Length of the element.
     *
     * @param jsonBytes length of the JSON
     * @return bytes
     */
    public static int lengthBytes(int jsonBytes) {
        return HEADER_LENGTH_BYTES + jsonBytes;
    }
}
