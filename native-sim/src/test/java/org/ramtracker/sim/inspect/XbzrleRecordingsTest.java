package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.stream.BlockEntry;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.RamStreamHandler;
import org.ramtracker.stream.RamStreamReader;
import org.ramtracker.stream.XbzrleDecoder;
import org.ramtracker.stream.XbzrleEncoder;

/** Every delta that QEMU was recorded to send is as long from our encoder, and leads to the same page. */
class XbzrleRecordingsTest {
    private static final int PAGE_BYTES = 4096;

    /** Word, header and length of a delta's record that says CONTINUE. */
    private static final int HEAD_BYTES = 8 + 1 + 2;

    @ParameterizedTest
    @ValueSource(strings = {"xbzrle-qemu7.2", "xbzrle-qemu10.0"})
    void deltasAreAsLongAsQemus(String name) throws IOException {
        String file = SharedData.recordings().resolve(name + ".stream.gz").toString();
        try (StreamFile recording = StreamFile.open(file, InputStream.nullInputStream());
                Replayer replayer = new Replayer()) {
            new RamStreamReader(recording.channel(), name, replayer).read();
            assertThat(replayer.deltas).isGreaterThan(1000);
        }
    }

    /** Keeps what each page was before a delta. */
    private static final class Replayer implements RamStreamHandler, AutoCloseable {
        private final InspectedBlocks now = new InspectedBlocks();
        private final InspectedBlocks before = new InspectedBlocks();
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment delta = arena.allocate(PAGE_BYTES, 8);
        private final XbzrleEncoder encoder = new XbzrleEncoder(PageSize.KIB_4);
        private @Nullable RamBlock last;
        private int deltas;

        @Override
        public void blockList(long totalBytes, List<BlockEntry> blocks) throws IOException {
            for (BlockEntry entry : blocks) {
                now.add(entry, PageSize.KIB_4);
                before.add(entry, PageSize.KIB_4);
            }
        }

        @Override
        public @Nullable RamBlock resolve(String idstr) {
            return now.resolve(idstr);
        }

        @Override
        public void pageLoaded(RamBlock block, long offsetBytes, PageKind kind, int wireBytes) {
            MemorySegment old = before.resolve(block.idstr()).segment();
            if (kind == PageKind.XBZRLE) {
                int nameBytes = block == last ? 0 : 1 + block.idstr().length();
                compare(old, block.segment(), offsetBytes, wireBytes - HEAD_BYTES - nameBytes);
                deltas++;
            }
            last = block;
            MemorySegment.copy(block.segment(), offsetBytes, old, offsetBytes, PAGE_BYTES);
        }

        private void compare(MemorySegment old, MemorySegment page, long offsetBytes, int qemuBytes) {
            int length = encoder.encode(old, offsetBytes, page, offsetBytes, delta, 0);
            assertThat(length).as("delta %d, page 0x%x", deltas, offsetBytes).isEqualTo(qemuBytes);
            XbzrleDecoder.apply(delta, 0, length, old, offsetBytes, PAGE_BYTES);
            assertThat(old.asSlice(offsetBytes, PAGE_BYTES).mismatch(page.asSlice(offsetBytes, PAGE_BYTES)))
                    .isEqualTo(-1);
        }

        @Override
        public void close() {
            now.close();
            before.close();
            arena.close();
        }
    }
}
