package org.ramtracker.stream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.ramtracker.memory.PageSize;

/**
 * The description that follows the end of a stream: from it a tool knows the lengths of the device sections. The sizes of a
 * device's fields add up to the length of its FULL section's body.
 *
 * @param pageSize the guest's page size
 * @param devices in the order of their FULL sections
 */
public record VmDescription(PageSize pageSize, List<Device> devices) {

    /**
     * A device.
     *
     * @param idstr name of its section
     * @param instance instance of its section
     * @param version version of its section
     * @param fields what its body consists of
     */
    public record Device(String idstr, int instance, int version, List<Field> fields) {
        /** Takes an own copy of the fields. */
        public Device {
            fields = List.copyOf(fields);
        }

        String toJson() {
            return "{\"name\": %s, \"instance_id\": %s, \"vmsd_name\": %s, \"version\": %s, \"fields\": [%s]}"
                    .formatted(
                            quoted(idstr),
                            Integer.toUnsignedString(instance),
                            quoted(idstr),
                            Integer.toUnsignedString(version),
                            fields.stream().map(Field::toJson).collect(Collectors.joining(", ")));
        }
    }

    /**
     * A field of a device.
     *
     * @param name its name
     * @param type its type, for people; QEMU writes for example {@code buffer}
     * @param lengthBytes its length, everything in it included
     */
    public record Field(String name, String type, long lengthBytes) {
        String toJson() {
            return "{\"name\": %s, \"type\": %s, \"size\": %d}".formatted(quoted(name), quoted(type), lengthBytes);
        }
    }

    /** Takes an own copy of the devices. */
    public VmDescription {
        devices = List.copyOf(devices);
    }

    /**
     * The text on the wire.
     *
     * @return JSON in UTF-8
     */
    public byte[] toJson() {
        return "{\"page_size\": %d, \"devices\": [%s]}"
                .formatted(
                        pageSize.bytes(), devices.stream().map(Device::toJson).collect(Collectors.joining(", ")))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
