package org.ramtracker.stream;

/**
 * The configuration: what the destination has to agree with. Machine types before 2.4 have none. It has no section id and
 * no footer; the list of subsections ends at the first byte that is not {@link SectionDescriptor#SUBSECTION}.
 *
 * <pre>
 *    0    1            5                  5+n
 *   +----+------------+------------------+------------------------------------------------
 *   | 07 | be32 n     | n bytes of name  | { 05 | str8 name | be32 version = 1 | body }*
 *   +----+------------+------------------+------------------------------------------------
 *
 *   body of configuration/target-page-bits : be32 log2(page size)
 *           configuration/capabilities     : be32 count, count x str8
 *           configuration/uuid             : 16 bytes
 * </pre>
 */
public final class ConfigurationDescriptor {
    /** Version of every subsection. */
    public static final int SUBSECTION_VERSION = 1;

    /** Subsection with the page size, where it varies. */
    public static final String TARGET_PAGE_BITS = "configuration/target-page-bits";

    /** Subsection with the capabilities that both sides must share. */
    public static final String CAPABILITIES = "configuration/capabilities";

    /** Subsection with the guest's UUID. */
    public static final String UUID = "configuration/uuid";

    /** Capability: pages of shared blocks are not sent, and every entry of the block list carries an address. */
    public static final String X_IGNORE_SHARED = "x-ignore-shared";

    /** Capability: pages lie at fixed places of a file instead of in the sections. */
    public static final String MAPPED_RAM = "mapped-ram";

    /** Longest machine type that is read; QEMU's are below 40 bytes. */
    public static final int MACHINE_TYPE_BYTES_MAX = 255;

    /** Most capabilities that are read; QEMU knows fewer than 40. */
    public static final int CAPABILITIES_MAX = 256;

    private ConfigurationDescriptor() {}

    /**
     * Length of the configuration without subsections.
     *
     * @param machineTypeBytes length of the machine type's name
     * @return bytes
     */
    public static int lengthBytes(int machineTypeBytes) {
        return 1 + Integer.BYTES + machineTypeBytes;
    }

    /**
     * Length of a subsection.
     *
     * @param nameBytes length of its name
     * @param bodyBytes length of its body
     * @return bytes
     */
    public static int subsectionLengthBytes(int nameBytes, int bodyBytes) {
        return 1 + 1 + nameBytes + Integer.BYTES + bodyBytes;
    }
}
