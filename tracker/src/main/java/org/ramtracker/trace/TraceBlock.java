package org.ramtracker.trace;

/**
 * A block of RAM as a trace remembers it.
 *
 * @param idstr its name, 1 to 255 bytes of UTF-8
 * @param guestPhysicalAddress where the guest saw it, in bytes
 * @param firstPage its first page in the page space, a multiple of 64
 * @param pages how many pages it has, at least 1
 */
public record TraceBlock(String idstr, long guestPhysicalAddress, long firstPage, long pages) {
    /**
     * End of the block in the page space.
     *
     * @return the page after the last one
     */
    public long endPage() {
        return firstPage + pages;
    }
}
