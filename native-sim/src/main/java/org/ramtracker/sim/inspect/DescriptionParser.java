package org.ramtracker.sim.inspect;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.ramtracker.sim.inspect.DeviceLengths.Device;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/**
 * Computes the lengths of the devices' bodies from the description.
 *
 * <pre>
 *   len(d) = sum over d.fields of size x (array_len or 1)
 *          + sum over d.subsections of (1 + 1 + length(vmsd_name) + 4 + len(subsection))
 * </pre>
 *
 * <p>It reads token by token, so that the heap holds no tree of a text that may be hostile.
 */
final class DescriptionParser {
    private static final int DEVICES_MAX = 1 << 16;

    /** Type byte, length of the name, version. */
    private static final int SUBSECTION_HEAD_BYTES = 1 + 1 + Integer.BYTES;

    private final JsonParser json;
    private final Map<Device, Long> lengths = new HashMap<>();

    private DescriptionParser(JsonParser json) {
        this.json = json;
    }

    /** The lengths; none if the text is not a description, so that reading stops at the first device instead. */
    static DeviceLengths parse(ByteBuffer text) {
        try (JsonParser json = new JsonFactory()
                .createParser(tools.jackson.core.ObjectReadContext.empty(), new BufferInputStream(text))) {
            DescriptionParser parser = new DescriptionParser(json);
            parser.readDescription();
            return new DeviceLengths(parser.lengths);
        } catch (JacksonException | ArithmeticException | UnexpectedJsonException e) {
            return DeviceLengths.none();
        }
    }

    private void readDescription() {
        expect(json.nextToken(), JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean devices = json.currentName().equals("devices");
            JsonToken value = json.nextToken();
            if (devices) {
                expect(value, JsonToken.START_ARRAY);
                readDevices();
            } else {
                json.skipChildren();
            }
        }
    }

    private void readDevices() {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            readDevice();
            if (lengths.size() > DEVICES_MAX) {
                throw new UnexpectedJsonException();
            }
        }
    }

    private void readDevice() {
        String idstr = "";
        long instance = 0;
        long bytes = 0;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "name" -> idstr = json.getString();
                case "instance_id" -> instance = json.getLongValue();
                default -> bytes = Math.addExact(bytes, readContent(key));
            }
        }
        lengths.put(new Device(idstr, (int) instance), bytes);
    }

    /** The bytes that a value of a device or subsection stands for. */
    private long readContent(String key) {
        return switch (key) {
            case "fields" -> readFields();
            case "subsections" -> readSubsections();
            default -> {
                json.skipChildren();
                yield 0;
            }
        };
    }

    private long readFields() {
        expect(json.currentToken(), JsonToken.START_ARRAY);
        long bytes = 0;
        while (json.nextToken() == JsonToken.START_OBJECT) {
            bytes = Math.addExact(bytes, readField());
        }
        return bytes;
    }

    private long readField() {
        long size = 0;
        long count = 1;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "size" -> size = notNegative(json.getLongValue());
                case "array_len" -> count = notNegative(json.getLongValue());
                default -> json.skipChildren();
            }
        }
        return Math.multiplyExact(size, count);
    }

    /** Recursion no deeper than the JSON parser lets a text nest. */
    private long readSubsections() {
        expect(json.currentToken(), JsonToken.START_ARRAY);
        long bytes = 0;
        while (json.nextToken() == JsonToken.START_OBJECT) {
            bytes = Math.addExact(bytes, readSubsection());
        }
        return bytes;
    }

    private long readSubsection() {
        long bytes = SUBSECTION_HEAD_BYTES;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            json.nextToken();
            if (key.equals("vmsd_name")) {
                bytes = Math.addExact(bytes, json.getString().getBytes(StandardCharsets.UTF_8).length);
            } else {
                bytes = Math.addExact(bytes, readContent(key));
            }
        }
        return bytes;
    }

    private static long notNegative(long value) {
        if (value < 0) {
            throw new UnexpectedJsonException();
        }
        return value;
    }

    private static void expect(JsonToken actual, JsonToken expected) {
        if (actual != expected) {
            throw new UnexpectedJsonException();
        }
    }

    /** The text is JSON, but no description. */
    private static final class UnexpectedJsonException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class BufferInputStream extends InputStream {
        private final ByteBuffer source;

        BufferInputStream(ByteBuffer source) {
            this.source = source;
        }

        @Override
        public int read() {
            return source.hasRemaining() ? Byte.toUnsignedInt(source.get()) : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!source.hasRemaining()) {
                return -1;
            }
            int now = Math.min(length, source.remaining());
            source.get(target, offset, now);
            return now;
        }
    }
}
