package org.ramtracker.stream;

/**
 * A section of the stream. PART and END carry the names of the START or FULL that bound their id.
 *
 * @param kind START, PART, END or FULL
 * @param id the sender's number for it, unsigned
 * @param idstr name of the device, {@code ram} for RAM
 * @param instance instance number of the device, unsigned
 * @param version version of the device's format, unsigned
 * @param offsetBytes where the section's type byte stands in the stream
 */
public record SectionHeader(SectionKind kind, int id, String idstr, int instance, int version, long offsetBytes) {

    /**
     * Whether this is RAM.
     *
     * @return true for the name {@code ram}
     */
    public boolean isRam() {
        return idstr.equals(SectionDescriptor.RAM_IDSTR);
    }

    SectionHeader continued(SectionKind kind, long offsetBytes) {
        return new SectionHeader(kind, id, idstr, instance, version, offsetBytes);
    }

    @Override
    public String toString() {
        return "%s %s (id %s)".formatted(kind, Names.printable(idstr), Integer.toUnsignedString(id));
    }
}
