package org.ramtracker.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.scan.PageClassifier;
import org.ramtracker.stream.ChannelCompression;
import org.ramtracker.stream.MultifdPacketWriter;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.StreamConfiguration;

/** A guest of one block, and its pages classified and encoded in both forms in which they travel. */
final class EncodedGuest implements AutoCloseable {
    static final PageSize PAGE_SIZE = PageSize.KIB_4;
    static final int PAGE_BYTES = PAGE_SIZE.bytes();
    private static final String MACHINE_TYPE = "bench";

    /** Where the bytes of a stream go when a buffer is full. */
    interface Outlet {
        void drain(ByteBuffer bytes) throws IOException;
    }

    final GuestMemory memory;
    private final Fill fill;
    private final PageClassifier classifier = new PageClassifier(PAGE_SIZE, DuplicateBytes.ZERO);
    private final MultifdPacketWriter packets = new MultifdPacketWriter(PAGE_SIZE, ChannelCompression.NONE, 0);

    EncodedGuest(long lengthBytes, Fill fill) throws IOException {
        this.fill = fill;
        this.memory = empty(lengthBytes);
        memory.populate();
        fill.fill(segment());
    }

    /** Memory for the same guest that holds nothing yet. */
    static GuestMemory empty(long lengthBytes) throws IOException {
        return GuestMemory.builder(PAGE_SIZE)
                .block("pc.ram", 0, lengthBytes, new Backing.Anonymous())
                .build();
    }

    RamBlock block() {
        return memory.blocks().getFirst();
    }

    MemorySegment segment() {
        return block().segment();
    }

    /** The whole guest as one stream in buffers of the caller. */
    void encodeStream(ByteBuffer staging, Outlet outlet) throws IOException {
        RamStreamWriter writer = new RamStreamWriter(staging.clear(), PAGE_SIZE);
        writer.header(StreamConfiguration.of(MACHINE_TYPE, PAGE_SIZE));
        writer.startRam(1, memory.blocks());
        writer.beginEnd();
        RamBlock block = block();
        for (long at = 0; at < block.usedLengthBytes(); at += PAGE_BYTES) {
            if (writer.remaining() < 2 * PAGE_BYTES) {
                drain(staging, outlet);
            }
            if (classifier.classify(block.segment(), at) == 0) {
                writer.duplicatePage(block, at, 0);
            } else {
                writer.normalPage(block, at);
            }
        }
        writer.endSection();
        writer.eof();
        drain(staging, outlet);
    }

    private static void drain(ByteBuffer staging, Outlet outlet) throws IOException {
        outlet.drain(staging.flip());
        staging.clear();
    }

    /** A part of the guest in the packets of one channel. */
    void encodePackets(MultifdPacketWriter writer, long fromBytes, long toBytes, Outlet outlet) throws IOException {
        RamBlock block = block();
        long number = 0;
        for (long at = fromBytes; at < toBytes; ) {
            writer.begin(block);
            for (; at < toBytes && !writer.isFull(); at += PAGE_BYTES) {
                if (classifier.classify(block.segment(), at) == 0) {
                    writer.zeroPage(at);
                } else {
                    writer.normalPage(at);
                }
            }
            outlet.drain(writer.encode(number++));
        }
    }

    /** The whole guest in packets. */
    void encodePackets(Outlet outlet) throws IOException {
        encodePackets(packets, 0, block().usedLengthBytes(), outlet);
    }

    /** The limit of an encoder: copies the pages that travel whole, and only reads the others. */
    long copyOrRead(MemorySegment target) {
        long seen = 0;
        MemorySegment memoryBytes = segment();
        for (long at = 0; at < memoryBytes.byteSize(); at += Fill.CHUNK_BYTES) {
            if (fill.isZero(at)) {
                seen |= PlainRead.read(memoryBytes, at, at + Fill.CHUNK_BYTES);
            } else {
                MemorySegment.copy(memoryBytes, at, target, 0, Fill.CHUNK_BYTES);
            }
        }
        return seen;
    }

    @Override
    public void close() {
        packets.close();
        memory.close();
    }
}
