package org.ramtracker.sim.inspect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * File names for block names, which may hold any character. Letters, digits, {@code _}, {@code -} and {@code .} (but not as
 * the first character) stand for themselves, every other byte of UTF-8 becomes {@code %} and two hex digits. Different blocks
 * get different names, none leaves the directory, none is hidden, and the block name can be told from it.
 */
final class FileNames {
    /** What common file systems take. */
    private static final int FILE_NAME_MAX = 255;

    private static final int HEX = 16;

    private FileNames() {}

    static String encode(String idstr) throws IOException {
        StringBuilder name = new StringBuilder();
        for (byte b : idstr.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b, name.isEmpty())) {
                name.append((char) b);
            } else {
                name.append("%%%02x".formatted(b));
            }
        }
        if (name.length() > FILE_NAME_MAX) {
            throw new IOException("block name too long for a file name: " + name);
        }
        return name.toString();
    }

    private static boolean isPlain(byte b, boolean first) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '_'
                || b == '-'
                || (b == '.' && !first);
    }

    static String decode(String fileName) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < fileName.length(); at++) {
            if (fileName.charAt(at) == '%') {
                bytes.write(Integer.parseInt(fileName.substring(at + 1, at + 3), HEX));
                at += 2;
            } else {
                bytes.write(fileName.charAt(at));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
