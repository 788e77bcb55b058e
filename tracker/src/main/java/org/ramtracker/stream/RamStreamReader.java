package org.ramtracker.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Loads a stream of untrusted bytes: RAM into the blocks that the handler resolves, everything else past the handler.
 *
 * <pre>
 *   magic, version [configuration] { command | section } EOF [vmdescription]          {@link #read}
 *   command                                                                          {@link #readCommand}
 * </pre>
 *
 * <p>Every length, offset, flag and name is checked before use; heap and buffer are bounded whatever the stream says; the
 * pages' path allocates nothing. The channel must be in blocking mode; nothing is read from it that the stream's grammar does
 * not call for next, except what it delivers anyway.
 *
 * <p>Threads: one. Errors: {@link StreamFormatException} for what is wrong with the bytes, other {@link IOException}s from the
 * channel or the handler. After any of them the blocks hold a mixture of old and new pages and must not be used as a guest.
 */
public final class RamStreamReader {
    private final StreamInput input;
    private final RamStreamHandler handler;
    private final SectionFrames sections;
    private final RamSectionReader ram;
    private boolean footers;

    /**
     * A reader at the beginning of a stream.
     *
     * @param channel where the bytes come from, in blocking mode; it is not closed
     * @param sourceName what errors call it
     * @param handler knows the blocks and the devices
     */
    public RamStreamReader(ReadableByteChannel channel, String sourceName, RamStreamHandler handler) {
        this.input = new StreamInput(channel, sourceName);
        this.handler = handler;
        this.sections = new SectionFrames(input);
        this.ram = new RamSectionReader(input, handler);
    }

    /**
     * Reads the stream up to and including the description after EOF; what follows that is not looked at.
     *
     * @return whether everything was read, or a device was not known
     * @throws IOException if the bytes are no stream, or the channel or the handler fails
     */
    public StreamOutcome read() throws IOException {
        try {
            readHeader();
            readConfiguration();
            if (!readElements()) {
                return StreamOutcome.STOPPED_AT_DEVICE;
            }
            readVmDescription();
            return StreamOutcome.COMPLETE;
        } catch (RefusedException e) {
            throw input.malformed(e.why());
        }
    }

    /**
     * Reads one command after the end of the stream.
     *
     * @return the command, or null if the input ends instead
     * @throws IOException if something else follows, or the channel fails
     */
    public @Nullable StreamCommand readCommand() throws IOException {
        input.beginElement();
        if (input.peek() < 0) {
            return null;
        }
        int type = input.u8("a command");
        if (type != SectionDescriptor.COMMAND) {
            throw input.malformed("type byte 0x%02x where a command was expected".formatted(type));
        }
        return readCommandAfterType();
    }

    /**
     * How much of the stream has been read.
     *
     * @return offset of the next byte
     */
    public long offsetBytes() {
        return input.offsetBytes();
    }

    private void readHeader() throws IOException {
        int magic = input.be32("the magic QEVM");
        if (magic == StreamHeaderDescriptor.MULTIFD_MAGIC) {
            throw input.malformed(
                    "a page channel of a multifd migration where its main connection should be, which comes"
                            + " first");
        }
        if (magic != StreamHeaderDescriptor.MAGIC) {
            throw input.malformed("not a QEMU migration stream: begins with 0x%08x, not with QEVM".formatted(magic));
        }
        int version = input.be32("the version of the stream");
        if (version != StreamHeaderDescriptor.VERSION) {
            throw input.malformed("stream version %s, not 3".formatted(Integer.toUnsignedString(version)));
        }
    }

    /** Machine types that have a configuration have footers too. */
    private void readConfiguration() throws IOException {
        input.beginElement();
        footers = input.peek() == SectionDescriptor.CONFIGURATION;
        if (footers) {
            input.u8("configuration");
            StreamConfiguration configuration = new ConfigurationReader(input).read();
            ram.configure(configuration);
            handler.configuration(configuration);
        }
    }

    /** Returns false at a device that is not known. */
    private boolean readElements() throws IOException {
        while (true) {
            input.enterSection(null);
            input.beginElement();
            int type = input.u8("the next section or the end of the stream (EOF)");
            if (type == SectionDescriptor.EOF) {
                handler.endOfStream(input.elementOffsetBytes());
                return true;
            }
            if (type == SectionDescriptor.COMMAND) {
                handle(readCommandAfterType());
            } else if (!readSection(sections.readHeader(type))) {
                return false;
            }
        }
    }

    private boolean readSection(SectionHeader section) throws IOException {
        input.enterSection(section);
        handler.sectionBegins(section);
        if (section.isRam()) {
            ram.readBody();
        } else if (!handler.deviceSection(section, new SectionBody(input))) {
            return false;
        }
        input.leavePage();
        if (footers) {
            sections.readFooter(section);
        }
        handler.sectionEnds(section, input.offsetBytes());
        return true;
    }

    private StreamCommand readCommandAfterType() throws IOException {
        long offsetBytes = input.elementOffsetBytes();
        int code = input.be16("code of a command");
        ByteBuffer payload = ByteBuffer.allocate(input.be16("length of a command"));
        input.read(payload, "payload of a command");
        return new StreamCommand(code, payload.flip().asReadOnlyBuffer(), offsetBytes);
    }

    private void handle(StreamCommand command) throws IOException {
        if (command.code() == CommandDescriptor.PACKAGED) {
            throw input.malformed("a postcopy migration (command PACKAGED), which this reader does not decode");
        }
        if (command.code() == CommandDescriptor.POSTCOPY_ADVISE
                && command.payload().remaining() >= Long.BYTES) {
            ram.postcopyAdvised(command.payload().getLong(0));
        }
        handler.command(command);
    }

    private void readVmDescription() throws IOException {
        input.beginElement();
        if (input.peek() != SectionDescriptor.VM_DESCRIPTION) {
            return;
        }
        input.u8("description");
        int lengthBytes = input.be32("length of the description");
        if (lengthBytes < 0 || lengthBytes > VmDescriptionDescriptor.JSON_BYTES_MAX) {
            throw input.malformed("a description of %s bytes, more than %d"
                    .formatted(Integer.toUnsignedString(lengthBytes), VmDescriptionDescriptor.JSON_BYTES_MAX));
        }
        handler.vmDescription(input.elementOffsetBytes(), input.text(lengthBytes, "description"));
    }
}
