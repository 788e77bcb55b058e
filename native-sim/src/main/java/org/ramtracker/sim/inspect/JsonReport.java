package org.ramtracker.sim.inspect;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.ramtracker.stream.ConfigurationDescriptor;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.SectionHeader;
import org.ramtracker.stream.StreamConfiguration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** An inspection as one JSON object, written as it is generated. */
public final class JsonReport {
    private final Inspection inspection;
    private final JsonGenerator json;

    private JsonReport(Inspection inspection, JsonGenerator json) {
        this.inspection = inspection;
        this.json = json;
    }

    /** Writes the object and a line end. */
    public static void write(Inspection inspection, PrintStream out) {
        JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        try (JsonGenerator json = factory.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), out)) {
            new JsonReport(inspection, json).writeStream();
        }
        out.println();
    }

    private void writeStream() {
        json.writeStartObject();
        json.writeStringProperty("file", inspection.sourceName());
        json.writeNumberProperty("uncompressedLength", inspection.lengthBytes());
        writeConfiguration();
        writeCommands();
        json.writeNumberProperty("memSizeTotal", inspection.memSizeTotalBytes());
        writeRamStart();
        writeSections();
        json.writeNumberProperty("afterLastRamSection", inspection.deviceStateOffsetBytes());
        json.writeNumberProperty("deviceFullSections", inspection.deviceFullSections());
        writeOffset("eofOffset", inspection.eofOffsetBytes());
        writeOffset("vmDescriptionOffset", inspection.vmDescriptionOffsetBytes());
        json.writeNumberProperty("passesAtLeast", inspection.passesAtLeast());
        json.writeNumberProperty("pagesSentAgain", inspection.pagesSentAgain());
        json.writeNumberProperty("bytesSentAgain", inspection.bytesSentAgain());
        if (!inspection.channels().isEmpty()) {
            new ChannelSetJson(inspection, json).write();
        }
        writeBlocks();
        json.writeEndObject();
    }

    private void writeConfiguration() {
        Optional<StreamConfiguration> configuration = inspection.configuration();
        json.writeName("machineType");
        json.writeString(configuration.map(StreamConfiguration::machineType).orElse(null));
        json.writeNumberProperty("targetPageSize", inspection.pageSize().bytes());
        json.writeArrayPropertyStart("configurationSubsections");
        configuration.ifPresent(this::writeSubsections);
        json.writeEndArray();
    }

    private void writeSubsections(StreamConfiguration configuration) {
        configuration.targetPageBits().ifPresent(bits -> json.writeString(ConfigurationDescriptor.TARGET_PAGE_BITS));
        if (!configuration.capabilities().isEmpty()) {
            json.writeString(ConfigurationDescriptor.CAPABILITIES);
        }
        configuration.uuid().ifPresent(uuid -> json.writeString(ConfigurationDescriptor.UUID));
    }

    private void writeCommands() {
        json.writeArrayPropertyStart("commands");
        for (Inspection.Command command : inspection.commands()) {
            json.writeStartObject();
            json.writeNumberProperty("command", command.code());
            json.writeStringProperty("payloadHex", command.payloadHex());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeRamStart() {
        Optional<SectionHeader> start = inspection.ramStart();
        writeUnsigned("ramSectionId", start.map(SectionHeader::id));
        writeUnsigned("ramSectionVersion", start.map(SectionHeader::version));
    }

    private void writeUnsigned(String name, Optional<Integer> value) {
        writeOffset(
                name, value.map(v -> OptionalLong.of(Integer.toUnsignedLong(v))).orElse(OptionalLong.empty()));
    }

    private void writeOffset(String name, OptionalLong offset) {
        if (offset.isPresent()) {
            json.writeNumberProperty(name, offset.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private void writeSections() {
        SectionTable sections = inspection.sections();
        json.writeArrayPropertyStart("ramSections");
        for (int row = 0; row < sections.size(); row++) {
            json.writeStartObject();
            json.writeStringProperty("kind", sections.kind(row).name());
            json.writeNumberProperty("offset", sections.offsetBytes(row));
            json.writeNumberProperty("endIncludingFooter", sections.endBytes(row));
            json.writeObjectPropertyStart("pages");
            for (PageKind kind : PageKind.values()) {
                writeIfAny(kind, sections.pages(row, kind));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeIfAny(PageKind kind, long pages) {
        if (pages > 0) {
            json.writeNumberProperty(nameOf(kind), pages);
        }
    }

    private static String nameOf(PageKind kind) {
        return kind == PageKind.DUPLICATE ? "zero" : kind.name().toLowerCase(Locale.ROOT);
    }

    private void writeBlocks() {
        json.writeArrayPropertyStart("blocks");
        for (InspectedBlock block : inspection.blocks()) {
            json.writeStartObject();
            json.writeStringProperty("idstr", block.idstr());
            json.writeNumberProperty("usedLength", block.block().usedLengthBytes());
            for (PageKind kind : PageKind.values()) {
                json.writeNumberProperty(nameOf(kind) + "PagesInStream", block.pages(kind));
            }
            json.writeNumberProperty("pagesSentAgain", block.pagesSentAgain());
            writeContent(block);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** A block of which nothing was sent has no content that the recording knows. */
    private void writeContent(InspectedBlock block) {
        if (block.isSent()) {
            json.writeNumberProperty("nonZeroPagesFinal", BlockContent.countNonZeroPages(block));
            json.writeStringProperty("sha256", BlockContent.sha256(block));
        } else {
            json.writeNullProperty("nonZeroPagesFinal");
            json.writeNullProperty("sha256");
        }
    }
}
