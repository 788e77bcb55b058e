package org.ramtracker.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.RamBlock;

/** The blocks that the handler has resolved, found by the bytes of their names without allocation. */
final class BlockTable {
    private final StreamInput input;
    private final RamStreamHandler handler;

    /** Name of the block at the same index of {@link #blocks}. */
    private final List<byte[]> names = new ArrayList<>();

    private final List<RamBlock> blocks = new ArrayList<>();

    BlockTable(StreamInput input, RamStreamHandler handler) {
        this.input = input;
        this.handler = handler;
    }

    /** Checks that a listed block exists and has the listed length. */
    void expect(BlockEntry entry) throws IOException {
        RamBlock block = resolve(entry.idstr());
        if (block.usedLengthBytes() != entry.usedLengthBytes()) {
            throw input.malformed("the stream's block has %d bytes, the destination's %d"
                    .formatted(entry.usedLengthBytes(), block.usedLengthBytes()));
        }
    }

    /** Reads a name and finds its block. */
    RamBlock readName() throws IOException {
        int lengthBytes = input.nameLength("name of a RAM block");
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).length == lengthBytes && input.consumeIfEqual(names.get(i))) {
                return blocks.get(i);
            }
        }
        return resolve(input.text(lengthBytes, "name of a RAM block"));
    }

    private RamBlock resolve(String idstr) throws IOException {
        input.enterBlock(idstr);
        RamBlock block = find(idstr);
        if (block == null) {
            block = handler.resolve(idstr);
            if (block == null) {
                throw input.malformed("the destination has no such block");
            }
            names.add(Names.encode(idstr));
            blocks.add(block);
        }
        return block;
    }

    private @Nullable RamBlock find(String idstr) {
        for (RamBlock block : blocks) {
            if (block.idstr().equals(idstr)) {
                return block;
            }
        }
        return null;
    }
}
