package org.ramtracker.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.OptionalInt;
import org.ramtracker.libc.Errno;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

/**
 * One contiguous piece of guest RAM, QEMU's {@code RAMBlock}: a name, a place in the guest's physical address space and
 * host memory.
 *
 * <p>Three kinds of numbers never share a name: a <em>guest-physical address</em> (bytes), an <em>offset in the block</em>
 * (bytes), and a <em>page</em>, an index in the page space of the whole {@link GuestMemory}. A block's pages are
 * {@code [firstPage, firstPage + pages)}. {@code firstPage} is a multiple of 64, so that no word of a bitmap over the
 * page space holds pages of two blocks.
 *
 * <p>Threads: immutable, but for {@link #isPopulated}, which anybody may ask and the end of a {@link #populate} sets; the memory
 * behind {@link #segment()} is shared with whoever runs the guest.
 */
public final class RamBlock {
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    /** No host page is smaller. */
    private static final int TOUCH_STRIDE_BYTES = 4096;

    private final String idstr;
    private final int index;
    private final long guestPhysicalAddress;
    private final long firstPage;
    private final PageSize pageSize;
    private final long usedLengthBytes;
    private final MemorySegment segment;
    private final OptionalInt memfd;

    private volatile boolean populated;

    RamBlock(BlockPlan plan, int index, long firstPage, PageSize pageSize, BlockMapper.Mapping mapping) {
        this.idstr = plan.idstr();
        this.index = index;
        this.guestPhysicalAddress = plan.guestPhysicalAddress();
        this.firstPage = firstPage;
        this.pageSize = pageSize;
        this.usedLengthBytes = plan.lengthBytes();
        this.segment = mapping.segment();
        this.memfd = mapping.memfd();
    }

    /**
     * The name on the wire.
     *
     * @return QEMU's idstr, for example {@code pc.ram}; 1 to 255 bytes of UTF-8
     */
    public String idstr() {
        return idstr;
    }

    /**
     * Position in {@link GuestMemory#blocks()}.
     *
     * @return the index, from 0
     */
    public int index() {
        return index;
    }

    /**
     * Where the guest sees this block.
     *
     * @return guest-physical address of the first byte
     */
    public long guestPhysicalAddress() {
        return guestPhysicalAddress;
    }

    /**
     * First page of this block in the page space of its memory.
     *
     * @return a multiple of 64
     */
    public long firstPage() {
        return firstPage;
    }

    /**
     * Size in pages.
     *
     * @return pages in this block, at least 1
     */
    public long pages() {
        return pageSize.pageOf(usedLengthBytes);
    }

    /**
     * End of this block in the page space.
     *
     * @return the page after the last one
     */
    public long endPage() {
        return firstPage + pages();
    }

    /**
     * Size in bytes, QEMU's used length.
     *
     * @return a multiple of the page size
     */
    public long usedLengthBytes() {
        return usedLengthBytes;
    }

    /**
     * The host memory of the block.
     *
     * @return the segment, as long as the block, or empty if there is {@linkplain Backing.None no memory}; accessing it after the
     *     memory was closed throws {@link IllegalStateException}
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * The descriptor of the file in memory that backs this block, for mapping the same pages again: here with
     * {@link Libc#mmap}, in another process after passing it over a Unix socket or through {@code /proc}. It stays open as
     * long as the memory, which owns it: do not close it. Stores through another mapping are marked in no dirty bitmap;
     * whoever makes them has to.
     *
     * @return the descriptor, or empty for a block with another {@link Backing}
     */
    public OptionalInt memfd() {
        return memfd;
    }

    /**
     * Whether the guest sees an address in this block.
     *
     * @param address a guest-physical address
     * @return true if it is in {@code [guestPhysicalAddress, guestPhysicalAddress + usedLengthBytes)}
     */
    public boolean containsAddress(long address) {
        return address >= guestPhysicalAddress && address - guestPhysicalAddress < usedLengthBytes;
    }

    /**
     * Offset in this block of a page of the page space.
     *
     * @param page a page in {@code [firstPage, endPage)}
     * @return byte offset in {@link #segment()}
     */
    public long offsetBytesOf(long page) {
        assert page >= firstPage && page < endPage() : page;
        return pageSize.toBytes(page - firstPage);
    }

    /**
     * The page of the page space that holds an offset.
     *
     * @param offsetBytes offset in this block
     * @return its page
     */
    public long pageAt(long offsetBytes) {
        assert offsetBytes >= 0 && offsetBytes < usedLengthBytes : offsetBytes;
        return firstPage + pageSize.pageOf(offsetBytes);
    }

    /** Faults every page in: see {@link GuestMemory#populate}. */
    void populate() throws IOException {
        populate(0, usedLengthBytes);
    }

    /**
     * Faults a range in, writable, without changing a byte: cheaper by far than to let whoever writes it take the faults.
     *
     * @param offsetBytes start of the range, on a host page
     * @param lengthBytes length of the range, which ends within the block
     * @throws IOException if there is not enough memory; a part of the range may be populated, and nothing is lost
     */
    public void populate(long offsetBytes, long lengthBytes) throws IOException {
        try {
            Libc.madvise(segment.asSlice(offsetBytes, lengthBytes), Libc.MADV_POPULATE_WRITE);
        } catch (LibcException e) {
            if (e.errno() != Errno.EINVAL) {
                throw new IOException("block \"%s\": cannot populate: %s".formatted(idstr, e.getMessage()), e);
            }
            populateByTouching(offsetBytes, lengthBytes); // a kernel before 5.14 does not know the advice
        }
        if (offsetBytes == 0 && lengthBytes >= usedLengthBytes) {
            populated = true;
        }
    }

    /**
     * Whether the whole block has been populated at once since it was made.
     *
     * @return true from the end of that call on; false does not say that it has no memory
     */
    public boolean isPopulated() {
        return populated;
    }

    /**
     * Advises the kernel to back a range with transparent huge pages, which then are faulted in as a whole. A refusal counts for
     * nothing: the range is then made of small pages.
     *
     * @param offsetBytes start of the range, on a host page
     * @param lengthBytes length of the range, which ends within the block
     * @return whether the kernel took the advice
     */
    public boolean adviseHugePages(long offsetBytes, long lengthBytes) {
        try {
            Libc.madvise(segment.asSlice(offsetBytes, lengthBytes), Libc.MADV_HUGEPAGE);
            return true;
        } catch (LibcException e) {
            return false;
        }
    }

    /** An atomic OR of nothing makes the page present and writable, and takes no store of a concurrent writer back. */
    void populateByTouching(long offsetBytes, long lengthBytes) {
        for (long at = offsetBytes; at < offsetBytes + lengthBytes; at += TOUCH_STRIDE_BYTES) {
            long ignored = (long) WORD.getAndBitwiseOr(segment, at, 0L);
        }
    }

    @Override
    public String toString() {
        return "%s[gpa=0x%x, %d pages of %d bytes]".formatted(idstr, guestPhysicalAddress, pages(), pageSize.bytes());
    }
}
