package org.ramtracker.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ramtracker.memory.PageSize;

/** Reads block lists, whose MEM_SIZE word has been read. */
final class BlockListReader {
    private final StreamInput input;
    private PageSize pageSize = PageSize.KIB_4;
    private boolean addresses;
    private long hugePageMask;

    BlockListReader(StreamInput input) {
        this.input = input;
    }

    void configure(StreamConfiguration configuration) {
        pageSize = configuration.pageSize();
        addresses = configuration.capabilities().contains(ConfigurationDescriptor.X_IGNORE_SHARED);
    }

    /** After POSTCOPY_ADVISE, blocks of huge pages carry their page size. */
    void postcopyAdvised(long pageSizesMask) {
        hugePageMask = pageSizesMask & -(pageSize.bytes() * 2L);
    }

    List<BlockEntry> read(long totalBytes) throws IOException {
        List<BlockEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long sumBytes = 0;
        while (sumBytes < totalBytes) {
            input.beginElement();
            BlockEntry entry = readEntry(totalBytes - sumBytes);
            if (!names.add(entry.idstr())) {
                throw input.malformed("the block is listed twice");
            }
            if (names.size() > BlockListDescriptor.BLOCKS_MAX) {
                throw input.malformed("more than %d blocks".formatted(BlockListDescriptor.BLOCKS_MAX));
            }
            entries.add(entry);
            sumBytes += entry.usedLengthBytes();
        }
        input.leavePage();
        return entries;
    }

    private BlockEntry readEntry(long leftBytes) throws IOException {
        String idstr = input.name("name of a RAM block");
        input.enterBlock(idstr);
        long usedLengthBytes = input.be64("used length of a RAM block");
        if (usedLengthBytes <= 0 || usedLengthBytes > leftBytes || !pageSize.isAligned(usedLengthBytes)) {
            throw input.malformed("used length %s is not a multiple of %d from 1 page to the %d bytes left of the total"
                    .formatted(Long.toUnsignedString(usedLengthBytes), pageSize.bytes(), leftBytes));
        }
        skipOptionalFields();
        return new BlockEntry(idstr, usedLengthBytes);
    }

    private void skipOptionalFields() throws IOException {
        if (hugePageMask != 0 && isHugePageSize(input.peekBe64("page size of a RAM block"))) {
            input.be64("page size of a RAM block");
        }
        if (addresses) {
            input.be64("address of a RAM block");
        }
    }

    /** A name never begins with a zero byte, and a record's word always has a flag. */
    private boolean isHugePageSize(long value) {
        return Long.bitCount(value) == 1 && (value & hugePageMask) != 0;
    }
}
