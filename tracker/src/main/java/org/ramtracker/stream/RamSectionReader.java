package org.ramtracker.stream;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.simd.Kernels;
import org.ramtracker.simd.MemoryKernels;

/** Loads the bodies of RAM sections. What it remembers between sections is the block of the last page record. */
final class RamSectionReader {
    private static final String RECORD = "the next record or the end of the section (EOS)";

    private final StreamInput input;
    private final RamStreamHandler handler;
    private final BlockListReader blockLists;
    private final BlockTable blocks;
    private int pageBytes = PageSize.KIB_4.bytes();
    private final MemoryKernels kernels = Kernels.chosen();
    private @Nullable RamBlock lastBlock;

    RamSectionReader(StreamInput input, RamStreamHandler handler) {
        this.input = input;
        this.handler = handler;
        this.blockLists = new BlockListReader(input);
        this.blocks = new BlockTable(input, handler);
    }

    void configure(StreamConfiguration configuration) {
        pageBytes = configuration.pageSize().bytes();
        blockLists.configure(configuration);
    }

    void postcopyAdvised(long pageSizesMask) {
        blockLists.postcopyAdvised(pageSizesMask);
    }

    /** Reads records up to and including EOS. */
    void readBody() throws IOException {
        boolean more = true;
        while (more) {
            input.leavePage();
            input.beginElement();
            more = readRecord(input.be64(RECORD));
        }
    }

    private boolean readRecord(long word) throws IOException {
        if (word == RamRecordDescriptor.EOS) {
            return false;
        }
        int flags = RamRecordDescriptor.flags(word, pageBytes);
        long offsetBytes = RamRecordDescriptor.offsetBytes(word, pageBytes);
        switch (flags & ~RamRecordDescriptor.CONTINUE) {
            case RamRecordDescriptor.ZERO -> loadDuplicate(block(flags, offsetBytes), offsetBytes);
            case RamRecordDescriptor.PAGE -> loadNormal(block(flags, offsetBytes), offsetBytes);
            case RamRecordDescriptor.XBZRLE -> loadDelta(block(flags, offsetBytes), offsetBytes);
            case RamRecordDescriptor.MEM_SIZE -> readBlockList(offsetBytes);
            case RamRecordDescriptor.MULTIFD_FLUSH -> synchronise(word, flags);
            default -> throw input.malformed(whyRefused(word, flags));
        }
        return true;
    }

    private void synchronise(long word, int flags) throws IOException {
        if (word != RamRecordDescriptor.MULTIFD_FLUSH) {
            throw input.malformed(whyRefused(word, flags));
        }
        handler.multifdFlush();
    }

    private static String whyRefused(long word, int flags) {
        return switch (flags & ~RamRecordDescriptor.CONTINUE) {
            case RamRecordDescriptor.COMPRESS_PAGE ->
                "a compressed page (QEMU 2.4 to 9.0, capability compress), which this reader does not decode; record"
                        + " without that capability";
            case RamRecordDescriptor.HOOK -> "an RDMA hook, which this reader does not decode; record without RDMA";
            default -> "record word 0x%016x has flags 0x%x, which is no kind of record".formatted(word, flags);
        };
    }

    private void readBlockList(long totalBytes) throws IOException {
        if (totalBytes <= 0) {
            throw input.malformed("a block list with a total of " + Long.toUnsignedString(totalBytes) + " bytes");
        }
        List<BlockEntry> entries = blockLists.read(totalBytes);
        handler.blockList(totalBytes, entries);
        for (BlockEntry entry : entries) {
            blocks.expect(entry);
        }
    }

    private RamBlock block(int flags, long offsetBytes) throws IOException {
        RamBlock block = (flags & RamRecordDescriptor.CONTINUE) == 0 ? blocks.readName() : lastBlock;
        if (block == null) {
            throw input.malformed("the first page record says CONTINUE, but there is no previous block");
        }
        lastBlock = block;
        input.enterBlock(block.idstr());
        input.enterPage(offsetBytes);
        if (offsetBytes < 0 || offsetBytes > block.usedLengthBytes() - pageBytes) {
            throw input.malformed("the page is beyond the block's %d bytes".formatted(block.usedLengthBytes()));
        }
        return block;
    }

    private void loadDuplicate(RamBlock block, long offsetBytes) throws IOException {
        int fill = input.u8("fill byte of a page");
        if (fill != 0) {
            handler.pagesArrive(block, offsetBytes, pageBytes);
        }
        if (fill != 0 || !handler.isStillZero(block, offsetBytes)) {
            PageFiller.fill(kernels, block.segment(), offsetBytes, pageBytes, fill);
        }
        loaded(block, offsetBytes, PageKind.DUPLICATE);
    }

    private void loadNormal(RamBlock block, long offsetBytes) throws IOException {
        handler.pagesArrive(block, offsetBytes, pageBytes);
        input.readTo(block.segment(), offsetBytes, pageBytes, "a page");
        loaded(block, offsetBytes, PageKind.NORMAL);
    }

    private void loadDelta(RamBlock block, long offsetBytes) throws IOException {
        int header = input.u8("XBZRLE header");
        int deltaBytes = input.be16("XBZRLE length");
        if (header != RamRecordDescriptor.XBZRLE_HEADER || deltaBytes > pageBytes) {
            throw input.malformed(
                    "XBZRLE header %d and length %d, not 1 and at most %d".formatted(header, deltaBytes, pageBytes));
        }
        input.require(deltaBytes, "an XBZRLE delta");
        handler.pagesArrive(block, offsetBytes, pageBytes);
        int code = XbzrleDecoder.apply(
                input.buffered(), input.bufferedAt(), deltaBytes, block.segment(), offsetBytes, pageBytes);
        if (code != XbzrleDecoder.APPLIED) {
            throw input.malformed("malformed XBZRLE delta: " + XbzrleDecoder.describe(code));
        }
        input.consume(deltaBytes);
        loaded(block, offsetBytes, PageKind.XBZRLE);
    }

    private void loaded(RamBlock block, long offsetBytes, PageKind kind) throws IOException {
        handler.pageLoaded(block, offsetBytes, kind, input.elementBytes());
    }
}
