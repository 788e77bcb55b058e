package org.ramtracker.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.ramtracker.memory.PageSize;

/** Reads the configuration, whose type byte has been read. */
final class ConfigurationReader {
    private final StreamInput input;
    private Optional<Integer> targetPageBits = Optional.empty();
    private Optional<UUID> uuid = Optional.empty();
    private final List<String> capabilities = new ArrayList<>();

    ConfigurationReader(StreamInput input) {
        this.input = input;
    }

    StreamConfiguration read() throws IOException {
        String machineType = readMachineType();
        while (input.peek() == SectionDescriptor.SUBSECTION) {
            input.beginElement();
            input.u8("subsection");
            readSubsection(input.name("name of a configuration subsection"));
        }
        return new StreamConfiguration(machineType, targetPageBits, capabilities, uuid);
    }

    private String readMachineType() throws IOException {
        int lengthBytes = input.be32("length of the machine type");
        if (lengthBytes <= 0 || lengthBytes > ConfigurationDescriptor.MACHINE_TYPE_BYTES_MAX) {
            throw input.malformed("machine type of %s bytes, not 1 to %d"
                    .formatted(Integer.toUnsignedString(lengthBytes), ConfigurationDescriptor.MACHINE_TYPE_BYTES_MAX));
        }
        return input.text(lengthBytes, "machine type");
    }

    private void readSubsection(String name) throws IOException {
        int version = input.be32("version of a configuration subsection");
        if (version != ConfigurationDescriptor.SUBSECTION_VERSION) {
            throw input.malformed(
                    "%s has version %s, not 1".formatted(Names.printable(name), Integer.toUnsignedString(version)));
        }
        switch (name) {
            case ConfigurationDescriptor.TARGET_PAGE_BITS -> targetPageBits = Optional.of(readPageBits());
            case ConfigurationDescriptor.CAPABILITIES -> readCapabilities();
            case ConfigurationDescriptor.UUID -> uuid = Optional.of(readUuid());
            default ->
                throw input.malformed("unknown subsection %s of unknown length".formatted(Names.printable(name)));
        }
    }

    private int readPageBits() throws IOException {
        int bits = input.be32("page size");
        if (bits < PageSize.SHIFT_MIN || bits > PageSize.SHIFT_MAX) {
            throw input.malformed("page size of 2^%s bytes, not 2^%d to 2^%d"
                    .formatted(Integer.toUnsignedString(bits), PageSize.SHIFT_MIN, PageSize.SHIFT_MAX));
        }
        return bits;
    }

    private void readCapabilities() throws IOException {
        int count = input.be32("number of capabilities");
        if (count < 0 || count > ConfigurationDescriptor.CAPABILITIES_MAX) {
            throw input.malformed("%s capabilities, more than %d"
                    .formatted(Integer.toUnsignedString(count), ConfigurationDescriptor.CAPABILITIES_MAX));
        }
        capabilities.clear();
        for (int i = 0; i < count; i++) {
            capabilities.add(checked(input.name("name of a capability")));
        }
    }

    /** Only these two are written, and both change the layout of the block list; so would one that we do not know. */
    private String checked(String capability) throws IOException {
        return switch (capability) {
            case ConfigurationDescriptor.X_IGNORE_SHARED -> capability;
            case ConfigurationDescriptor.MAPPED_RAM ->
                throw input.malformed(
                        "a mapped-ram file: its pages lie outside the sections, which this reader does not"
                                + " decode; record without the capability mapped-ram");
            default ->
                throw input.malformed("capability %s is not known, so the block list cannot be read"
                        .formatted(Names.printable(capability)));
        };
    }

    private UUID readUuid() throws IOException {
        return new UUID(input.be64("UUID"), input.be64("UUID"));
    }
}
