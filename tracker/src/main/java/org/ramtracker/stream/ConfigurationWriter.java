package org.ramtracker.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** Encodes a configuration. */
final class ConfigurationWriter {
    private ConfigurationWriter() {}

    static byte[] encode(StreamConfiguration configuration) {
        byte[] machineType = Names.encode(configuration.machineType());
        ByteBuffer bytes = ByteBuffer.allocate(lengthBytes(configuration, machineType.length));
        bytes.put((byte) SectionDescriptor.CONFIGURATION)
                .putInt(machineType.length)
                .put(machineType);
        configuration.targetPageBits().ifPresent(bits -> {
            putSubsection(bytes, ConfigurationDescriptor.TARGET_PAGE_BITS);
            bytes.putInt(bits);
        });
        if (!configuration.capabilities().isEmpty()) {
            putCapabilities(bytes, configuration.capabilities());
        }
        configuration.uuid().ifPresent(uuid -> putUuid(bytes, uuid));
        assert !bytes.hasRemaining() : bytes;
        return bytes.array();
    }

    private static int lengthBytes(StreamConfiguration configuration, int machineTypeBytes) {
        int bytes = ConfigurationDescriptor.lengthBytes(machineTypeBytes);
        if (configuration.targetPageBits().isPresent()) {
            bytes += subsectionBytes(ConfigurationDescriptor.TARGET_PAGE_BITS, Integer.BYTES);
        }
        if (!configuration.capabilities().isEmpty()) {
            bytes += subsectionBytes(ConfigurationDescriptor.CAPABILITIES, capabilitiesBytes(configuration));
        }
        if (configuration.uuid().isPresent()) {
            bytes += subsectionBytes(ConfigurationDescriptor.UUID, 2 * Long.BYTES);
        }
        return bytes;
    }

    private static int subsectionBytes(String name, int bodyBytes) {
        return ConfigurationDescriptor.subsectionLengthBytes(name.length(), bodyBytes);
    }

    private static int capabilitiesBytes(StreamConfiguration configuration) {
        return Integer.BYTES
                + configuration.capabilities().stream()
                        .mapToInt(name -> 1 + Names.encode(name).length)
                        .sum();
    }

    private static void putSubsection(ByteBuffer target, String name) {
        target.put((byte) SectionDescriptor.SUBSECTION);
        putName(target, name);
        target.putInt(ConfigurationDescriptor.SUBSECTION_VERSION);
    }

    private static void putCapabilities(ByteBuffer target, List<String> capabilities) {
        putSubsection(target, ConfigurationDescriptor.CAPABILITIES);
        target.putInt(capabilities.size());
        capabilities.forEach(name -> putName(target, name));
    }

    private static void putUuid(ByteBuffer target, UUID uuid) {
        putSubsection(target, ConfigurationDescriptor.UUID);
        target.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static void putName(ByteBuffer target, String name) {
        byte[] bytes = Names.encode(name);
        target.put((byte) bytes.length).put(bytes);
    }
}
