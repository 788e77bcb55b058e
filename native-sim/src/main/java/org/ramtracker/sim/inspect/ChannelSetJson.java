package org.ramtracker.sim.inspect;

import java.util.Locale;
import org.ramtracker.stream.PageKind;
import tools.jackson.core.JsonGenerator;

/** What the JSON report says of page channels. */
final class ChannelSetJson {
    private final Inspection inspection;
    private final ChannelSet set;
    private final JsonGenerator json;

    ChannelSetJson(Inspection inspection, JsonGenerator json) {
        this.inspection = inspection;
        this.set = inspection.channels();
        this.json = json;
    }

    void write() {
        json.writeStringProperty("compression", set.compression().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty(
                "synchronisation",
                set.isSynchronisedPerSection()
                        ? "one SYNC packet per channel per RAM section (EOS)"
                        : "one SYNC packet per channel per 0x200 word");
        json.writeNumberProperty("syncPoints", set.interval().intervals());
        writeFiles();
        writeWords();
        writeChannels();
        json.writeNumberProperty(
                "pagesSentMoreThanOnceInOneSyncInterval", set.interval().pagesRepeated());
        json.writeNumberProperty("ofThoseWithDifferentContent", set.interval().pagesRepeatedDifferently());
    }

    private void writeFiles() {
        json.writeArrayPropertyStart("files");
        writeFile(inspection.sourceName(), inspection.lengthBytes());
        for (InspectedChannel channel : set.channels()) {
            writeFile(channel.file().name(), channel.lengthBytes());
        }
        json.writeEndArray();
    }

    private void writeFile(String name, long lengthBytes) {
        json.writeStartObject();
        json.writeStringProperty("file", name);
        json.writeNumberProperty("uncompressedLength", lengthBytes);
        json.writeEndObject();
    }

    private void writeWords() {
        json.writeObjectPropertyStart("wordsInMainStream");
        json.writeNumberProperty("eos", set.ramSections());
        json.writeNumberProperty("multifdFlush", set.flushWords());
        json.writeNumberProperty("zeroPages", inspection.sections().pages(PageKind.DUPLICATE));
        json.writeNumberProperty("normalPages", inspection.sections().pages(PageKind.NORMAL));
        json.writeEndObject();
    }

    private void writeChannels() {
        json.writeArrayPropertyStart("channels");
        for (InspectedChannel channel : set.channels()) {
            json.writeStartObject();
            json.writeNumberProperty("id", channel.id());
            json.writeNumberProperty("packets", channel.packets());
            json.writeNumberProperty("syncPackets", channel.syncPackets());
            json.writeNumberProperty("syncPacketsCarryingPages", channel.syncPacketsCarryingPages());
            json.writeNumberProperty("emptyNonSyncPackets", channel.emptyNonSyncPackets());
            json.writeNumberProperty("normalPages", channel.normalPages());
            json.writeNumberProperty("zeroPages", channel.zeroPages());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
