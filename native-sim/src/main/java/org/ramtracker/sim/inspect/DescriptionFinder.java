package org.ramtracker.sim.inspect;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.ramtracker.stream.SectionDescriptor;
import org.ramtracker.stream.VmDescriptionDescriptor;

/**
 * Finds the description from the end of a recording: the bytes EOF and VM_DESCRIPTION, a length that reaches exactly to the
 * end of the file, and JSON that begins with a brace.
 */
final class DescriptionFinder {
    private static final ValueLayout.OfInt BE32 = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** The EOF byte and what precedes the JSON. */
    private static final int HEAD_BYTES = 1 + VmDescriptionDescriptor.HEADER_LENGTH_BYTES;

    private DescriptionFinder() {}

    /** The lengths, none if there is no description. */
    static DeviceLengths find(FileChannel file) throws IOException {
        long fileBytes = file.size();
        long tailBytes = Math.min(fileBytes, VmDescriptionDescriptor.JSON_BYTES_MAX + (long) HEAD_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment tail = file.map(MapMode.READ_ONLY, fileBytes - tailBytes, tailBytes, arena);
            for (long at = tailBytes - HEAD_BYTES - 1; at >= 0; at--) {
                if (isDescription(tail, at)) {
                    ByteBuffer json = tail.asSlice(at + HEAD_BYTES).asByteBuffer();
                    return DescriptionParser.parse(json);
                }
            }
            return DeviceLengths.none();
        }
    }

    private static boolean isDescription(MemorySegment tail, long at) {
        long jsonAt = at + HEAD_BYTES;
        return tail.get(JAVA_BYTE, jsonAt) == '{'
                && tail.get(JAVA_BYTE, at) == SectionDescriptor.EOF
                && tail.get(JAVA_BYTE, at + 1) == SectionDescriptor.VM_DESCRIPTION
                && tail.get(BE32, at + 2) == tail.byteSize() - jsonAt;
    }
}
