package org.ramtracker.stream;

import java.lang.foreign.MemorySegment;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/**
 * Encodes a stream into a buffer of the caller, who drains it whenever he likes: a pure encoder, without I/O.
 *
 * <pre>
 *   header command* startRam { beginPart page* endSection } beginEnd page* endSection deviceSection* eof vmDescription
 * </pre>
 *
 * <p>Each call writes its element whole or, if the buffer has no room for it, throws {@link BufferOverflowException} and
 * writes nothing; the {@code *Bytes} methods say how much room an element takes. Page bytes are read during the call and at
 * no later time. A page record says CONTINUE when its block is that of the previous page record, across sections too.
 *
 * <p>Threads: one. The page methods allocate nothing. A call that breaks the nesting above throws
 * {@link IllegalStateException}; the order of whole elements is the caller's to keep.
 */
public final class RamStreamWriter {
    private final ByteBuffer staging;
    private final PageRecordWriter pages;
    private final PageSize pageSize;
    private int ramSectionId;
    private boolean inSection;
    private boolean inDevice;
    private int deviceSectionId;

    /**
     * A writer at the beginning of a stream.
     *
     * @param staging a direct big-endian buffer; elements are written at its position, which the caller may move back by
     *     draining it between calls
     * @param pageSize the guest's page size
     * @throws IllegalArgumentException if the buffer is of another kind
     */
    public RamStreamWriter(ByteBuffer staging, PageSize pageSize) {
        if (!staging.isDirect() || staging.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("the staging buffer must be direct and big-endian: " + staging);
        }
        this.staging = staging;
        this.pages = new PageRecordWriter(staging);
        this.pageSize = pageSize;
    }

    /**
     * Room left.
     *
     * @return bytes that the buffer still takes
     */
    public int remaining() {
        return staging.remaining();
    }

    /**
     * Writes magic, version and configuration.
     *
     * @param configuration what the destination has to agree with
     */
    public void header(StreamConfiguration configuration) {
        if (!configuration.pageSize().equals(pageSize)) {
            throw new IllegalArgumentException(
                    "the configuration says %s, the writer %s".formatted(configuration.pageSize(), pageSize));
        }
        byte[] bytes = ConfigurationWriter.encode(configuration);
        reserve(StreamHeaderDescriptor.LENGTH_BYTES + bytes.length);
        staging.putInt(StreamHeaderDescriptor.MAGIC)
                .putInt(StreamHeaderDescriptor.VERSION)
                .put(bytes);
    }

    /**
     * Writes a command.
     *
     * @param code its code, see {@link CommandDescriptor}
     * @param payload its payload, consumed; at most 65535 bytes
     */
    public void command(int code, ByteBuffer payload) {
        int payloadBytes = payload.remaining();
        if (payloadBytes > CommandDescriptor.PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("command with a payload of " + payloadBytes + " bytes");
        }
        requireBetweenSections();
        reserve(CommandDescriptor.lengthBytes(payloadBytes));
        staging.put((byte) SectionDescriptor.COMMAND)
                .putShort((short) code)
                .putShort((short) payloadBytes)
                .put(payload);
    }

    /**
     * Length of what {@link #startRam} writes.
     *
     * @param blocks the blocks
     * @return bytes
     */
    public static int startRamBytes(List<RamBlock> blocks) {
        int bytes = SectionDescriptor.startLengthBytes(SectionDescriptor.RAM_IDSTR.length())
                + RamRecordDescriptor.WORD_LENGTH_BYTES
                + endSectionBytes();
        for (RamBlock block : blocks) {
            bytes += BlockListDescriptor.entryLengthBytes(Names.encode(block.idstr()).length);
        }
        return bytes;
    }

    /**
     * Writes the START section of RAM, whose body is the block list.
     *
     * @param sectionId any number; the sections of RAM carry it
     * @param blocks the blocks, in the order of {@link RamBlock#index()} from 0
     */
    public void startRam(int sectionId, List<RamBlock> blocks) {
        beginStartRam(sectionId, blocks);
        endSection();
    }

    /**
     * Begins the START section of RAM with the block list, and leaves it open.
     *
     * @param sectionId any number; the sections of RAM carry it
     * @param blocks the blocks, in the order of {@link RamBlock#index()} from 0
     */
    public void beginStartRam(int sectionId, List<RamBlock> blocks) {
        requireBetweenSections();
        reserve(startRamBytes(blocks));
        ramSectionId = sectionId;
        pages.list(blocks);
        putStart(
                SectionKind.START,
                sectionId,
                SectionDescriptor.RAM_IDSTR.getBytes(StandardCharsets.US_ASCII),
                SectionDescriptor.RAM_INSTANCE,
                SectionDescriptor.RAM_VERSION);
        long totalBytes = blocks.stream().mapToLong(RamBlock::usedLengthBytes).sum();
        staging.putLong(totalBytes | RamRecordDescriptor.MEM_SIZE);
        for (RamBlock block : blocks) {
            putName(pages.nameOf(block));
            staging.putLong(block.usedLengthBytes());
        }
        inSection = true;
    }

    /** Begins a PART section of RAM. */
    public void beginPart() {
        beginRamSection(SectionKind.PART);
    }

    /** Begins the END section of RAM, which holds what is sent with the guest stopped. */
    public void beginEnd() {
        beginRamSection(SectionKind.END);
    }

    /**
     * Room that {@link #beginPart} and {@link #beginEnd} take.
     *
     * @return bytes
     */
    public static int beginSectionBytes() {
        return SectionDescriptor.CONTINUATION_LENGTH_BYTES;
    }

    private void beginRamSection(SectionKind kind) {
        requireBetweenSections();
        if (!pages.isListed()) {
            throw new IllegalStateException("no block list was written");
        }
        reserve(beginSectionBytes());
        staging.put((byte) kind.typeByte()).putInt(ramSectionId);
        inSection = true;
    }

    /**
     * Room that a page takes as one byte.
     *
     * @param block its block
     * @return bytes, now; after a page of another block it can be more
     */
    public int duplicatePageBytes(RamBlock block) {
        return RamRecordDescriptor.duplicateLengthBytes(pages.nameBytes(block));
    }

    /**
     * Room that a page takes whole.
     *
     * @param block its block
     * @return bytes, now; after a page of another block it can be more
     */
    public int normalPageBytes(RamBlock block) {
        return RamRecordDescriptor.normalLengthBytes(pages.nameBytes(block), pageSize.bytes());
    }

    /**
     * Room that a page takes as a delta.
     *
     * @param block its block
     * @param deltaBytes length of the delta
     * @return bytes, now; after a page of another block it can be more
     */
    public int deltaPageBytes(RamBlock block, int deltaBytes) {
        return RamRecordDescriptor.deltaLengthBytes(pages.nameBytes(block), deltaBytes);
    }

    /**
     * The most room that a page can take.
     *
     * @param pageSize the page size
     * @return bytes
     */
    public static int pageBytesMax(PageSize pageSize) {
        return RamRecordDescriptor.normalLengthBytes(SectionDescriptor.IDSTR_BYTES_MAX, pageSize.bytes());
    }

    /**
     * Writes a page that is one byte repeated.
     *
     * @param block its block, one of those listed
     * @param offsetBytes its offset in the block
     * @param fillByte the byte, 0 to 255; QEMU since 8.2 accepts only 0
     */
    public void duplicatePage(RamBlock block, long offsetBytes, int fillByte) {
        requireInSection();
        reserve(duplicatePageBytes(block));
        pages.putDuplicate(block, offsetBytes, fillByte);
    }

    /**
     * Writes a page whole, copied from the block's memory as it is now.
     *
     * @param block its block, one of those listed
     * @param offsetBytes its offset in the block
     */
    public void normalPage(RamBlock block, long offsetBytes) {
        normalPage(block, offsetBytes, block.segment(), offsetBytes);
    }

    /**
     * Writes a page whole, copied from elsewhere.
     *
     * @param block its block, one of those listed
     * @param offsetBytes its offset in the block
     * @param content memory with the page as it is to arrive
     * @param contentOffsetBytes where it begins there
     */
    public void normalPage(RamBlock block, long offsetBytes, MemorySegment content, long contentOffsetBytes) {
        requireInSection();
        reserve(normalPageBytes(block));
        pages.putNormal(block, offsetBytes, content, contentOffsetBytes, pageSize.bytes());
    }

    /**
     * Writes a page as an XBZRLE delta against what the last record of this page made of it.
     *
     * @param block its block, one of those listed
     * @param offsetBytes its offset in the block
     * @param delta memory with the delta, at its beginning
     * @param deltaBytes its length, 1 to the page size
     */
    public void deltaPage(RamBlock block, long offsetBytes, MemorySegment delta, int deltaBytes) {
        requireInSection();
        reserve(deltaPageBytes(block, deltaBytes));
        pages.putDelta(block, offsetBytes, delta, deltaBytes);
    }

    /**
     * Writes a synchronisation point of a multifd migration into a RAM section: each page channel has a SYNC that belongs to
     * it.
     */
    public void multifdFlush() {
        requireInSection();
        reserve(RamRecordDescriptor.WORD_LENGTH_BYTES);
        staging.putLong(RamRecordDescriptor.MULTIFD_FLUSH);
    }

    private void requireInSection() {
        if (!inSection) {
            throw new IllegalStateException("a page outside a RAM section");
        }
    }

    /**
     * Room that {@link #endSection} takes.
     *
     * @return bytes
     */
    public static int endSectionBytes() {
        return RamRecordDescriptor.WORD_LENGTH_BYTES + SectionDescriptor.FOOTER_LENGTH_BYTES;
    }

    /** Ends a section of RAM: EOS and footer. */
    public void endSection() {
        if (!inSection) {
            throw new IllegalStateException("no RAM section to end");
        }
        reserve(endSectionBytes());
        staging.putLong(RamRecordDescriptor.EOS);
        putFooter(ramSectionId);
        inSection = false;
    }

    /**
     * Writes the FULL section of a device.
     *
     * @param sectionId a number that no other section has
     * @param idstr name of the device
     * @param instance its instance
     * @param version version of its format
     * @param body its state, consumed
     */
    public void deviceSection(int sectionId, String idstr, int instance, int version, ByteBuffer body) {
        reserve(deviceSectionBytes(idstr, body.remaining()));
        beginDevice(sectionId, idstr, instance, version);
        deviceBytes(body);
        endDevice();
    }

    /**
     * Room that a device's section takes.
     *
     * @param idstr name of the device
     * @param bodyBytes length of its state
     * @return bytes
     */
    public static int deviceSectionBytes(String idstr, int bodyBytes) {
        return SectionDescriptor.startLengthBytes(Names.encode(idstr).length)
                + bodyBytes
                + SectionDescriptor.FOOTER_LENGTH_BYTES;
    }

    /**
     * Begins the FULL section of a device whose state does not fit into the buffer at once.
     *
     * @param sectionId a number that no other section has
     * @param idstr name of the device
     * @param instance its instance
     * @param version version of its format
     */
    public void beginDevice(int sectionId, String idstr, int instance, int version) {
        requireBetweenSections();
        byte[] name = Names.encode(idstr);
        reserve(SectionDescriptor.startLengthBytes(name.length));
        putStart(SectionKind.FULL, sectionId, name, instance, version);
        deviceSectionId = sectionId;
        inDevice = true;
    }

    /**
     * Writes as much of a device's state as there is room for.
     *
     * @param body the state, consumed as far as it was written
     */
    public void deviceBytes(ByteBuffer body) {
        if (!inDevice) {
            throw new IllegalStateException("device state outside a device's section");
        }
        int now = Math.min(body.remaining(), staging.remaining());
        staging.put(body.slice(body.position(), now));
        body.position(body.position() + now);
    }

    /** Ends a device's section. */
    public void endDevice() {
        if (!inDevice) {
            throw new IllegalStateException("no device's section to end");
        }
        reserve(SectionDescriptor.FOOTER_LENGTH_BYTES);
        putFooter(deviceSectionId);
        inDevice = false;
    }

    /** Writes the end of the stream proper, one byte. */
    public void eof() {
        requireBetweenSections();
        reserve(1);
        staging.put((byte) SectionDescriptor.EOF);
    }

    /**
     * Writes the description of the device sections.
     *
     * @param description the description
     */
    public void vmDescription(VmDescription description) {
        requireBetweenSections();
        byte[] json = description.toJson();
        reserve(VmDescriptionDescriptor.lengthBytes(json.length));
        staging.put((byte) SectionDescriptor.VM_DESCRIPTION).putInt(json.length).put(json);
    }

    private void putStart(SectionKind kind, int sectionId, byte[] name, int instance, int version) {
        staging.put((byte) kind.typeByte()).putInt(sectionId);
        putName(name);
        staging.putInt(instance).putInt(version);
    }

    private void putName(byte[] name) {
        staging.put((byte) name.length).put(name);
    }

    private void putFooter(int sectionId) {
        staging.put((byte) SectionDescriptor.FOOTER).putInt(sectionId);
    }

    private void requireBetweenSections() {
        if (inSection || inDevice) {
            throw new IllegalStateException("the section before has not been ended");
        }
    }

    /** Before the first byte of an element, so that none is written in part. */
    private void reserve(int bytes) {
        if (staging.remaining() < bytes) {
            throw new BufferOverflowException();
        }
    }
}
