package org.ramtracker.sim.vmm;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** A CRC-32C for every page of a block: enough to name the pages that differ once the digests of a block do. */
final class PageChecksums {
    private PageChecksums() {}

    /**
     * The checksums of the pages {@code [firstPage, firstPage + pageCount)} of a block, counted from its start.
     *
     * @return four bytes a page, big-endian
     */
    static ByteBuffer of(RamBlock block, PageSize pageSize, long firstPage, int pageCount) {
        ByteBuffer checksums = ByteBuffer.allocate(pageCount * Integer.BYTES);
        CRC32C crc = new CRC32C();
        for (long page = firstPage; page < firstPage + pageCount; page++) {
            crc.reset();
            crc.update(block.segment()
                    .asSlice(pageSize.toBytes(page), pageSize.bytes())
                    .asByteBuffer());
            checksums.putInt((int) crc.getValue());
        }
        return checksums.flip();
    }
}
