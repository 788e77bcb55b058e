package org.ramtracker.stream;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names on the wire: 1 to 255 bytes of UTF-8. */
final class Names {
    private Names() {}

    static byte[] encode(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > SectionDescriptor.IDSTR_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "name '%s' has %d bytes of UTF-8, not 1 to 255".formatted(printable(name), bytes.length));
        }
        return bytes;
    }

    /** Strict, so that different bytes never become the same name. */
    static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /** A name out of a hostile stream must not drive somebody's terminal. */
    static String printable(String name) {
        StringBuilder text = new StringBuilder(name.length());
        name.chars().forEach(c -> {
            if (Character.isISOControl(c) || !Character.isDefined(c)) {
                text.append("\\u%04x".formatted(c));
            } else {
                text.append((char) c);
            }
        });
        return text.toString();
    }
}
