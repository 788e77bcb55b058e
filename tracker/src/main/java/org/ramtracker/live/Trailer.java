package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ramtracker.memory.PageSize;
import org.ramtracker.stream.RamStreamWriter;
import org.ramtracker.stream.SectionDescriptor;
import org.ramtracker.stream.VmDescription;
import org.ramtracker.stream.VmDescriptionDescriptor;

/** What comes after the last page: END of RAM, the devices, end of the stream, its description. */
final class Trailer {
    private static final int FIRST_DEVICE_SECTION_ID = 2;

    private final RamStreamWriter writer;
    private final Script script;

    Trailer(MainStream stream) {
        this.writer = stream.writer();
        this.script = stream.script();
    }

    /** Asks the devices for their state, and puts everything into the stream's script. */
    void script(PagePath pages, PageSize pageSize, List<DeviceStateSource> devices) throws IOException {
        script.add(RamStreamWriter.beginSectionBytes(), writer::beginEnd);
        script.add(pages.sectionBytes(), pages::writeIntoEnd);
        script.add(RamStreamWriter.endSectionBytes(), writer::endSection);
        List<VmDescription.Device> described = new ArrayList<>();
        for (DeviceStateSource device : devices) {
            ByteBuffer body = DeviceSections.save(device);
            described.add(DeviceSections.describe(device, body.remaining()));
            scriptDevice(device, FIRST_DEVICE_SECTION_ID + described.size() - 1, body);
        }
        script.add(1, writer::eof);
        VmDescription description = new VmDescription(pageSize, described);
        script.add(
                VmDescriptionDescriptor.lengthBytes(description.toJson().length),
                () -> writer.vmDescription(description));
    }

    private void scriptDevice(DeviceStateSource device, int sectionId, ByteBuffer body) {
        script.add(
                RamStreamWriter.deviceSectionBytes(device.idstr(), 0),
                () -> writer.beginDevice(sectionId, device.idstr(), device.instanceId(), device.version()));
        script.addDeviceBytes(body);
        script.add(SectionDescriptor.FOOTER_LENGTH_BYTES, writer::endDevice);
    }
}
