package org.ramtracker.stream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Builds streams by hand, wrong ones too, from nothing but the format. */
final class StreamBytes {
    static final int PAGE_BYTES = 4096;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Header and the configuration of a machine of our own. */
    static StreamBytes begun() {
        return new StreamBytes().be32(0x5145564D).be32(3).u8(7).be32(4).ascii("pc-1");
    }

    StreamBytes u8(int value) {
        bytes.write(value);
        return this;
    }

    StreamBytes be16(int value) {
        return u8(value >> 8).u8(value);
    }

    StreamBytes be32(int value) {
        return be16(value >> 16).be16(value);
    }

    StreamBytes be64(long value) {
        return be32((int) (value >> 32)).be32((int) value);
    }

    StreamBytes ascii(String text) {
        return raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    StreamBytes str8(String text) {
        return u8(text.length()).ascii(text);
    }

    StreamBytes raw(byte... raw) {
        bytes.writeBytes(raw);
        return this;
    }

    StreamBytes hex(String hex) {
        return raw(HexFormat.of().parseHex(hex.replaceAll("[ |\n]", "")));
    }

    StreamBytes start(int id, String idstr) {
        return begin(1, id, idstr, 0, 4);
    }

    StreamBytes begin(int type, int id, String idstr, int instance, int version) {
        return u8(type).be32(id).str8(idstr).be32(instance).be32(version);
    }

    StreamBytes part(int id) {
        return u8(2).be32(id);
    }

    StreamBytes end(int id) {
        return u8(3).be32(id);
    }

    /** End of the body and footer. */
    StreamBytes eos(int id) {
        return be64(0x10).footer(id);
    }

    StreamBytes footer(int id) {
        return u8(0x7E).be32(id);
    }

    /** The list of one block "a" with four pages and one block "b" with two. */
    StreamBytes list() {
        return be64(6 * PAGE_BYTES | 4).str8("a").be64(4 * PAGE_BYTES).str8("b").be64(2 * PAGE_BYTES);
    }

    StreamBytes startWithList() {
        return start(1, "ram").list().eos(1);
    }

    StreamBytes zero(String block, long page, int fill) {
        return be64(page * PAGE_BYTES | 2).str8(block).u8(fill);
    }

    StreamBytes zeroContinued(long page) {
        return be64(page * PAGE_BYTES | 0x22).u8(0);
    }

    StreamBytes page(String block, long page, int seed) {
        return be64(page * PAGE_BYTES | 8).str8(block).raw(content(seed));
    }

    StreamBytes pageContinued(long page, int seed) {
        return be64(page * PAGE_BYTES | 0x28).raw(content(seed));
    }

    StreamBytes xbzrleContinued(long page, String deltaHex) {
        byte[] delta = HexFormat.of().parseHex(deltaHex.replace(" ", ""));
        return be64(page * PAGE_BYTES | 0x60).u8(1).be16(delta.length).raw(delta);
    }

    StreamBytes eof() {
        return u8(0);
    }

    StreamBytes description(String json) {
        return u8(6).be32(json.length()).ascii(json);
    }

    static byte[] content(int seed) {
        byte[] content = new byte[PAGE_BYTES];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (seed * 31 + i);
        }
        return content;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    StreamOutcome read(RamStreamHandler handler) throws IOException {
        return new RamStreamReader(channel(toBytes()), "test", handler).read();
    }

    static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    /** Gives one byte a read, as a slow socket might. */
    static ReadableByteChannel trickle(byte[] bytes) {
        ReadableByteChannel all = channel(bytes);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                ByteBuffer one = ByteBuffer.allocate(1);
                int read = all.read(one);
                target.put(one.flip());
                return read;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
