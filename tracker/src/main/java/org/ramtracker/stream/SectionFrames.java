package org.ramtracker.stream;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads what stands around the bodies of sections, and knows which name an id is bound to. */
final class SectionFrames {
    /** Ids bound at the same time; a large guest has a few hundred. */
    private static final int SECTIONS_MAX = 1 << 16;

    private final StreamInput input;
    private final Map<Integer, SectionHeader> startedById = new HashMap<>();

    SectionFrames(StreamInput input) {
        this.input = input;
    }

    /** Reads the header whose type byte has been read. */
    SectionHeader readHeader(int type) throws IOException {
        return switch (type) {
            case SectionDescriptor.START -> readStart(SectionKind.START);
            case SectionDescriptor.FULL -> readStart(SectionKind.FULL);
            case SectionDescriptor.PART -> readContinuation(SectionKind.PART);
            case SectionDescriptor.END -> readContinuation(SectionKind.END);
            default ->
                throw input.malformed(
                        "type byte 0x%02x where a section, a command or the end was expected".formatted(type));
        };
    }

    private SectionHeader readStart(SectionKind kind) throws IOException {
        int id = input.be32("section id");
        String idstr = input.name("name of a section");
        int instance = input.be32("instance of a section");
        int version = input.be32("version of a section");
        SectionHeader section = new SectionHeader(kind, id, idstr, instance, version, input.elementOffsetBytes());
        if (section.isRam()) {
            checkRam(section);
        }
        startedById.put(id, section);
        if (startedById.size() > SECTIONS_MAX) {
            throw input.malformed("more than %d sections".formatted(SECTIONS_MAX));
        }
        return section;
    }

    private void checkRam(SectionHeader section) throws IOException {
        if (section.instance() != SectionDescriptor.RAM_INSTANCE
                || section.version() != SectionDescriptor.RAM_VERSION) {
            throw input.malformed("section ram has instance %s and version %s, not 0 and 4"
                    .formatted(
                            Integer.toUnsignedString(section.instance()), Integer.toUnsignedString(section.version())));
        }
    }

    private SectionHeader readContinuation(SectionKind kind) throws IOException {
        int id = input.be32("section id");
        SectionHeader started = startedById.get(id);
        if (started == null) {
            throw input.malformed("%s of section id %s, which no START or FULL has named"
                    .formatted(kind, Integer.toUnsignedString(id)));
        }
        return started.continued(kind, input.elementOffsetBytes());
    }

    void readFooter(SectionHeader section) throws IOException {
        input.beginElement();
        int type = input.u8("footer of the section");
        if (type != SectionDescriptor.FOOTER) {
            throw input.malformed("type byte 0x%02x where the section's footer (0x7e) was expected".formatted(type));
        }
        int id = input.be32("section id in the footer");
        if (id != section.id()) {
            throw input.malformed("the footer has section id %s".formatted(Integer.toUnsignedString(id)));
        }
    }
}
