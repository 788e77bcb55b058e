package org.ramtracker.stream;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ramtracker.memory.PageSize;

class RamStreamReaderTest {
    private static final int PAGE = StreamBytes.PAGE_BYTES;

    /** Every one of them puts content 1 into page 0 of "a" and content 2 into page 1 of "b". */
    static Stream<Arguments> acceptedStreams() {
        return Stream.of(
                accepted(
                        "pages in PARTs",
                        pages(begun().startWithList().part(1)).eos(1).eof()),
                accepted(
                        "pages in START",
                        pages(begun().start(1, "ram").list()).eos(1).eof()),
                accepted(
                        "all in END",
                        pages(begun().startWithList().end(1)).eos(1).eof()),
                accepted(
                        "RAM in FULL",
                        pages(begun().begin(4, 1, "ram", 0, 4).list()).eos(1).eof()),
                accepted(
                        "section id 7777",
                        pages(begun().start(7777, "ram").list()).eos(7777).eof()),
                accepted(
                        "empty PARTs",
                        pages(begun().startWithList().part(1).eos(1).part(1))
                                .eos(1)
                                .eof()),
                accepted(
                        "two STARTs",
                        pages(begun().startWithList().startWithList().part(1))
                                .eos(1)
                                .eof()),
                accepted(
                        "two ENDs",
                        pages(begun().startWithList().end(1))
                                .eos(1)
                                .end(1)
                                .eos(1)
                                .eof()),
                accepted(
                        "list repeated in PART",
                        pages(begun().startWithList().part(1).list()).eos(1).eof()),
                accepted(
                        "second list names one block",
                        pages(begun().startWithList()
                                        .part(1)
                                        .be64(2 * PAGE | 4)
                                        .str8("b")
                                        .be64(2 * PAGE))
                                .eos(1)
                                .eof()),
                accepted(
                        "CONTINUE across sections",
                        begun().startWithList()
                                .part(1)
                                .zero("a", 3, 0)
                                .eos(1)
                                .part(1)
                                .pageContinued(0, 1)
                                .page("b", 0, 9)
                                .eos(1)
                                .end(1)
                                .pageContinued(1, 2)
                                .zeroContinued(0)
                                .eos(1)
                                .eof()),
                accepted(
                        "the last record wins",
                        pages(begun().startWithList().part(1).page("a", 0, 7).zero("b", 1, 0x55))
                                .eos(1)
                                .eof()),
                accepted(
                        "deltas in place, the first against a zero page",
                        begun().startWithList()
                                .part(1)
                                .page("b", 1, 2)
                                .zero("a", 0, 0xFF)
                                .zeroContinued(0)
                                .xbzrleContinued(0, "0502aabb")
                                .pageContinued(0, 1)
                                .xbzrleContinued(0, "0001aa")
                                .xbzrleContinued(0, "00011f")
                                .eos(1)
                                .eof()),
                accepted(
                        "commands, known and unknown",
                        pages(begun().u8(8)
                                        .be16(1)
                                        .be16(0)
                                        .startWithList()
                                        .u8(8)
                                        .be16(99)
                                        .be16(2)
                                        .be16(7)
                                        .part(1))
                                .eos(1)
                                .u8(8)
                                .be16(11)
                                .be16(0)
                                .eof()),
                accepted(
                        "garbage after the description",
                        pages(begun().startWithList().part(1))
                                .eos(1)
                                .eof()
                                .description("{}")
                                .ascii("whatever")),
                accepted(
                        "garbage after EOF",
                        pages(begun().startWithList().part(1)).eos(1).eof().ascii("junk")),
                accepted(
                        "early device state",
                        pages(begun().startWithList()
                                        .begin(4, 9, "known", 0, 1)
                                        .be64(7)
                                        .footer(9)
                                        .part(1))
                                .eos(1)
                                .eof()),
                accepted(
                        "device state with the id of RAM",
                        pages(begun().startWithList().part(1))
                                .eos(1)
                                .begin(4, 1, "known", 0, 1)
                                .be64(7)
                                .footer(1)
                                .eof()),
                accepted(
                        "x-ignore-shared",
                        pages(begun().hex("051a")
                                        .ascii("configuration/capabilities")
                                        .be32(1)
                                        .be32(1)
                                        .str8("x-ignore-shared")
                                        .start(1, "ram")
                                        .be64(6 * PAGE | 4)
                                        .str8("a")
                                        .be64(4 * PAGE)
                                        .be64(0xFFFC0000L)
                                        .str8("b")
                                        .be64(2 * PAGE)
                                        .be64(0)
                                        .eos(1)
                                        .part(1))
                                .eos(1)
                                .eof()),
                accepted(
                        "huge pages with postcopy",
                        pages(begun().u8(8)
                                        .be16(3)
                                        .be16(16)
                                        .be64(0x201000)
                                        .be64(PAGE)
                                        .start(1, "ram")
                                        .be64(6 * PAGE | 4)
                                        .str8("a")
                                        .be64(4 * PAGE)
                                        .be64(0x200000)
                                        .str8("b")
                                        .be64(2 * PAGE)
                                        .eos(1)
                                        .part(1))
                                .eos(1)
                                .eof()),
                accepted(
                        "a machine type without configuration and footers",
                        pages(new StreamBytes()
                                        .be32(0x5145564D)
                                        .be32(3)
                                        .start(1, "ram")
                                        .list()
                                        .be64(0x10)
                                        .part(1))
                                .be64(0x10)
                                .begin(4, 9, "known", 0, 1)
                                .be64(7)
                                .eof()));
    }

    private static Arguments accepted(String what, StreamBytes stream) {
        return Arguments.of(what, stream.toBytes());
    }

    private static StreamBytes begun() {
        return StreamBytes.begun();
    }

    private static StreamBytes pages(StreamBytes stream) {
        return stream.page("a", 0, 1).zeroContinued(1).page("b", 1, 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedStreams")
    void whatQemuAcceptsIsLoaded(String what, byte[] stream) throws IOException {
        for (var channel :
                new java.nio.channels.ReadableByteChannel[] {StreamBytes.channel(stream), StreamBytes.trickle(stream)
                }) {
            try (LoadingHandler handler = new LoadingHandler().knowing("known", 8)) {
                assertThat(new RamStreamReader(channel, "test", handler).read()).isEqualTo(StreamOutcome.COMPLETE);
                assertPage(handler, "a", 0, 1);
                assertPage(handler, "b", 1, 2);
                assertThat(handler.block("a").segment().get(JAVA_BYTE, PAGE)).isZero();
            }
        }
    }

    private static void assertPage(LoadingHandler handler, String block, long page, int seed) {
        MemorySegment actual = handler.block(block).segment().asSlice(page * PAGE, PAGE);
        assertThat(actual.mismatch(MemorySegment.ofArray(StreamBytes.content(seed))))
                .isEqualTo(-1);
    }

    static Stream<Arguments> refusedStreams() {
        return Stream.of(
                refused("not with QEVM", new StreamBytes().ascii("GARBAGE!")),
                refused("multifd", new StreamBytes().be32(0x11223344).be32(1)),
                refused("stream version 2", new StreamBytes().be32(0x5145564D).be32(2)),
                refused(
                        "machine type of 4294967295 bytes",
                        new StreamBytes().be32(0x5145564D).be32(3).u8(7).be32(-1)),
                refused(
                        "unknown subsection",
                        begun().u8(5).str8("configuration/new").be32(1)),
                refused(
                        "page size of 2^40",
                        begun().u8(5)
                                .str8(ConfigurationDescriptor.TARGET_PAGE_BITS)
                                .be32(1)
                                .be32(40)),
                refused("mapped-ram", capability("mapped-ram")),
                refused("capability zap", capability("zap")),
                refused(
                        "capabilities, more than",
                        begun().u8(5)
                                .str8(ConfigurationDescriptor.CAPABILITIES)
                                .be32(1)
                                .be32(-1)),
                refused("type byte 0x55", begun().u8(0x55)),
                refused("which no START or FULL has named", begun().part(1).eos(1)),
                refused("instance 1", begun().begin(1, 1, "ram", 1, 4)),
                refused("version 3", begun().begin(1, 1, "ram", 0, 3)),
                refused("name of a section is empty", begun().u8(1).be32(1).u8(0)),
                refused(
                        "footer (0x7e) was expected",
                        begun().start(1, "ram").list().be64(0x10).part(1)),
                refused(
                        "the footer has section id 2",
                        begun().start(1, "ram").list().be64(0x10).footer(2)),
                refused("total of 0 bytes", begun().start(1, "ram").be64(4)),
                refused(
                        "used length",
                        begun().start(1, "ram").be64(PAGE | 4).str8("a").be64(2 * PAGE)),
                refused(
                        "used length",
                        begun().start(1, "ram").be64(PAGE | 4).str8("a").be64(100)),
                refused(
                        "used length",
                        begun().start(1, "ram").be64(PAGE | 4).str8("a").be64(0)),
                refused(
                        "used length",
                        begun().start(1, "ram").be64(PAGE | 4).str8("a").be64(-PAGE)),
                refused(
                        "listed twice",
                        begun().start(1, "ram")
                                .be64(2 * PAGE | 4)
                                .str8("a")
                                .be64(PAGE)
                                .str8("a")
                                .be64(PAGE)),
                refused(
                        "has 4096 bytes",
                        begun().startWithList().part(1).be64(PAGE | 4).str8("a").be64(PAGE)),
                refused(
                        "too large",
                        begun().start(1, "ram").be64((1L << 60) | 4).str8("a").be64(1L << 60)),
                refused("no such block", begun().startWithList().part(1).zero("c", 0, 0)),
                refused("no such block", begun().start(1, "ram").zero("a", 0, 0)),
                refused("no previous block", begun().startWithList().part(1).zeroContinued(0)),
                refused("beyond the block's", begun().startWithList().part(1).zero("a", 4, 0)),
                refused("beyond the block's", begun().startWithList().part(1).zero("a", -1, 0)),
                refused("flags 0x0", begun().startWithList().part(1).be64(0)),
                refused("flags 0xa", begun().startWithList().part(1).be64(0x0A)),
                refused("flags 0x9", begun().startWithList().part(1).be64(0x09)),
                refused("flags 0x1", begun().startWithList().part(1).be64(0x01)),
                refused("flags 0x20", begun().startWithList().part(1).be64(0x20)),
                refused("RDMA", begun().startWithList().part(1).be64(0x80)),
                refused("compressed page", begun().startWithList().part(1).be64(0x120)),
                refused("multifd", begun().startWithList().part(1).be64(0x200)),
                refused(
                        "XBZRLE header 2",
                        begun().startWithList()
                                .part(1)
                                .zero("a", 0, 0)
                                .be64(0x60)
                                .u8(2)
                                .be16(1)),
                refused(
                        "length 4097",
                        begun().startWithList()
                                .part(1)
                                .zero("a", 0, 0)
                                .be64(0x60)
                                .u8(1)
                                .be16(4097)),
                refused(
                        "malformed XBZRLE",
                        begun().startWithList().part(1).zero("a", 0, 0).xbzrleContinued(0, "ff1f02aabb")),
                refused("postcopy", begun().u8(8).be16(7).be16(4).be32(100)),
                refused("a description of 2147483647 bytes", begun().eof().u8(6).be32(Integer.MAX_VALUE)),
                refused(
                        "truncated: the input ends at byte 23 ",
                        begun().u8(1).be32(1).hex("03")),
                refused(
                        "is not UTF-8",
                        begun().u8(1).be32(1).hex("02fffe").be32(0).be32(4)));
    }

    private static StreamBytes capability(String name) {
        return begun().u8(5)
                .str8(ConfigurationDescriptor.CAPABILITIES)
                .be32(1)
                .be32(1)
                .str8(name);
    }

    private static Arguments refused(String message, StreamBytes stream) {
        return Arguments.of(message, stream.toBytes());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedStreams")
    void whatQemuRefusesIsRefusedWithAReason(String message, byte[] stream) {
        try (LoadingHandler handler = new LoadingHandler().knowing("known", 8)) {
            assertThatThrownBy(() -> new RamStreamReader(StreamBytes.channel(stream), "test", handler).read())
                    .isInstanceOf(StreamFormatException.class)
                    .hasMessageStartingWith("test: at byte ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void errorNamesSourceOffsetSectionBlockAndPage() {
        try (LoadingHandler handler = new LoadingHandler()) {
            StreamBytes stream = begun().startWithList().part(1);
            int offset = stream.toBytes().length;
            assertThatThrownBy(() -> stream.page("a", 9, 1).read(handler))
                    .hasMessage(
                            "test: at byte %d (0x%x), section PART ram (id 1), block a, page at offset 0x9000: the page"
                                    + " is beyond the block's 16384 bytes",
                            offset, offset);
        }
    }

    @Test
    void unknownDeviceStopsTheReadingBeforeItsBody() throws IOException {
        try (LoadingHandler handler = new LoadingHandler()) {
            StreamBytes stream = pages(begun().startWithList().part(1)).eos(1).begin(4, 5, "unknown", 0, 1);
            assertThat(stream.ascii("state").read(handler)).isEqualTo(StreamOutcome.STOPPED_AT_DEVICE);
            assertThat(handler.events).last().asString().startsWith("begin FULL unknown (id 5)");
        }
    }

    @Test
    void commandAfterTheDescriptionIsReadFromTheSameInput() throws IOException {
        byte[] stream = begun().startWithList()
                .eof()
                .description("{}")
                .u8(8)
                .be16(2)
                .be16(4)
                .be32(2)
                .toBytes();
        try (LoadingHandler handler = new LoadingHandler()) {
            RamStreamReader reader = new RamStreamReader(StreamBytes.channel(stream), "test", handler);
            assertThat(reader.read()).isEqualTo(StreamOutcome.COMPLETE);
            StreamCommand command = reader.readCommand();
            assertThat(command).isNotNull();
            assertThat(command.code()).isEqualTo(CommandDescriptor.PING);
            assertThat(command.payload().getInt(0)).isEqualTo(2);
            assertThat(reader.readCommand()).isNull();
        }
    }

    @Test
    void controlCharactersOfNamesDoNotReachTheMessage() {
        try (LoadingHandler handler = new LoadingHandler()) {
            assertThatThrownBy(() -> begun().startWithList()
                            .part(1)
                            .zero("\u001b[31m", 0, 0)
                            .read(handler))
                    .hasMessageContaining("\\u001b[31m");
        }
    }

    @Test
    void configurationIsToldAsWritten() throws IOException {
        try (LoadingHandler handler = new LoadingHandler()) {
            begun().hex("0512")
                    .ascii("configuration/uuid")
                    .be32(1)
                    .hex("00112233445566778899aabbccddeeff")
                    .hex("051e")
                    .ascii("configuration/target-page-bits")
                    .be32(1)
                    .be32(16)
                    .eof()
                    .read(handler);
            assertThat(handler.events.getFirst())
                    .isEqualTo("configuration pc-1 " + new PageSize(16).bytes()
                            + " [] Optional[00112233-4455-6677-8899-aabbccddeeff]");
        }
    }
}
