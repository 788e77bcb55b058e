package org.ramtracker.memory;

import java.nio.charset.StandardCharsets;

/** A block as it was asked for: checked, not yet mapped. */
record BlockPlan(String idstr, long guestPhysicalAddress, long lengthBytes, Backing backing) {
    /** The length of an idstr is one byte on the wire. */
    private static final int IDSTR_BYTES_MAX = 255;

    static BlockPlan checked(
            String idstr, long guestPhysicalAddress, long lengthBytes, Backing backing, PageSize pageSize) {
        BlockPlan plan = new BlockPlan(idstr, guestPhysicalAddress, lengthBytes, backing);
        plan.checkIdstr();
        plan.checkLength(pageSize);
        plan.checkAddress(pageSize);
        return plan;
    }

    private void checkIdstr() {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(idstr)) {
            throw invalid("the name cannot be written as UTF-8");
        }
        int idstrBytes = idstr.getBytes(StandardCharsets.UTF_8).length;
        if (idstrBytes < 1 || idstrBytes > IDSTR_BYTES_MAX) {
            throw invalid(
                    "the name has %d bytes of UTF-8, which is outside 1 to %d".formatted(idstrBytes, IDSTR_BYTES_MAX));
        }
    }

    private void checkLength(PageSize pageSize) {
        if (lengthBytes <= 0 || !pageSize.isAligned(lengthBytes)) {
            throw invalid("length %d is not a positive multiple of the page size %d"
                    .formatted(lengthBytes, pageSize.bytes()));
        }
    }

    private void checkAddress(PageSize pageSize) {
        if (!pageSize.isAligned(guestPhysicalAddress)) {
            throw invalid("guest-physical address 0x%x is not a multiple of the page size 0x%x"
                    .formatted(guestPhysicalAddress, pageSize.bytes()));
        }
        if (guestPhysicalAddress < 0 || endAddress() < 0) {
            throw invalid("guest-physical addresses 0x%x and the 0x%x bytes that follow reach beyond 2^63"
                    .formatted(guestPhysicalAddress, lengthBytes));
        }
    }

    void checkBeside(BlockPlan other) {
        if (idstr.equals(other.idstr)) {
            throw invalid("the name is taken by another block");
        }
        if (guestPhysicalAddress < other.endAddress() && other.guestPhysicalAddress < endAddress()) {
            throw invalid("guest-physical addresses [0x%x, 0x%x) overlap block %s at [0x%x, 0x%x)"
                    .formatted(
                            guestPhysicalAddress,
                            endAddress(),
                            other.idstr,
                            other.guestPhysicalAddress,
                            other.endAddress()));
        }
    }

    private long endAddress() {
        return guestPhysicalAddress + lengthBytes;
    }

    private IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException("block \"%s\": %s".formatted(idstr, what));
    }
}
