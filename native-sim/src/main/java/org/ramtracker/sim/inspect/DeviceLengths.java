package org.ramtracker.sim.inspect;

import java.util.Map;
import java.util.OptionalLong;

/**
 * Lengths of the bodies of device sections, which a stream tells only in the description at its end.
 *
 * @param bytesByDevice the lengths
 */
record DeviceLengths(Map<Device, Long> bytesByDevice) {
    /** A device: name and instance of its section. */
    record Device(String idstr, int instance) {}

    DeviceLengths {
        bytesByDevice = Map.copyOf(bytesByDevice);
    }

    static DeviceLengths none() {
        return new DeviceLengths(Map.of());
    }

    OptionalLong find(String idstr, int instance) {
        Long bytes = bytesByDevice.get(new Device(idstr, instance));
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }
}
