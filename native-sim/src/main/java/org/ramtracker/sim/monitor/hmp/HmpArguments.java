package org.ramtracker.sim.monitor.hmp;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rest of a line, taken from left to right. Forms and complaints are those of QEMU's {@code monitor/hmp.c}.
 *
 * <p>Threads: one.
 */
final class HmpArguments {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([bkmgtpeBKMGTPE]?)");
    private static final String BINARY_PREFIXES = "bkmgtpe";
    private static final Pattern TIME = Pattern.compile("([+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+))(.*)");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");

    private final String command;
    private final String line;
    private int at;

    HmpArguments(String command, String line) {
        this.command = command;
        this.line = line;
    }

    private void skipBlanks() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
    }

    boolean isEmpty() {
        skipBlanks();
        return at == line.length();
    }

    /** Everything that is left, taken. */
    String rest() {
        skipBlanks();
        String rest = line.substring(at).stripTrailing();
        at = line.length();
        return rest;
    }

    /**
     * Options like {@code -d}, each on its own.
     *
     * @param known their letters
     * @return those that are there
     */
    String options(String known) throws SyntaxException {
        StringBuilder given = new StringBuilder();
        skipBlanks();
        while (at + 1 < line.length() && line.charAt(at) == '-') {
            char option = line.charAt(at + 1);
            if (known.indexOf(option) < 0) {
                throw new SyntaxException("%s: unsupported option -%c".formatted(command, option));
            }
            given.append(option);
            at += 2;
            skipBlanks();
        }
        return given.toString();
    }

    /** A word, without a meaning of quotes: the name of a command. */
    String name() {
        return bareWord();
    }

    /** A word, or text in double quotes. */
    String string() throws SyntaxException {
        if (isEmpty()) {
            throw new SyntaxException(command + ": string expected");
        }
        return line.charAt(at) == '"' ? quoted() : bare();
    }

    private String bare() {
        int from = at;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return line.substring(from, at);
    }

    private String quoted() throws SyntaxException {
        StringBuilder text = new StringBuilder();
        for (at++; at < line.length() && line.charAt(at) != '"'; at++) {
            text.append(line.charAt(at) == '\\' ? escaped() : line.charAt(at));
        }
        if (at == line.length()) {
            throw new SyntaxException("unterminated string");
        }
        at++;
        return text.toString();
    }

    private char escaped() throws SyntaxException {
        at++;
        char escape = at < line.length() ? line.charAt(at) : ' ';
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case '\\', '\'', '"' -> escape;
            default -> throw new SyntaxException("unsupported escape code: '\\%c'".formatted(escape));
        };
    }

    /** A size in bytes; a bare number is in MiB. */
    long sizeBytes() throws SyntaxException {
        return sizeBytes(bareWord(), 'm');
    }

    /** A size in bytes; a bare number is in the unit of that suffix. */
    static long sizeBytes(String text, char bareUnit) throws SyntaxException {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new SyntaxException("invalid size");
        }
        String suffix = matcher.group(2).isEmpty()
                ? String.valueOf(bareUnit)
                : matcher.group(2).toLowerCase(Locale.ROOT);
        BigDecimal unit = BigDecimal.valueOf(1L << (10 * BINARY_PREFIXES.indexOf(suffix)));
        try {
            return exact(new BigDecimal(matcher.group(1)).multiply(unit));
        } catch (ArithmeticException e) {
            throw new SyntaxException("invalid size");
        }
    }

    /** A time; a bare number is in seconds, and may have a fraction. */
    long timeNanos() throws SyntaxException {
        Matcher matcher = TIME.matcher(bareWord());
        if (!matcher.matches()) {
            throw new SyntaxException("Number expected");
        }
        try {
            return exact(new BigDecimal(matcher.group(1)).scaleByPowerOfTen(9 - decimals(matcher.group(2))));
        } catch (ArithmeticException e) {
            throw new SyntaxException("Bad number");
        }
    }

    private static int decimals(String unit) throws SyntaxException {
        return switch (unit) {
            case "" -> 0;
            case "ms" -> 3;
            case "us" -> 6;
            case "ns" -> 9;
            default -> throw new SyntaxException("Unknown unit suffix");
        };
    }

    private static long exact(BigDecimal number) {
        return number.setScale(0, RoundingMode.DOWN).longValueExact();
    }

    /** A whole number. */
    long integer() throws SyntaxException {
        String word = bareWord();
        if (!INTEGER.matcher(word).matches()) {
            throw new SyntaxException(
                    word.isEmpty() ? "unexpected end of expression" : "invalid number '%s'".formatted(word));
        }
        return Long.parseLong(word);
    }

    OptionalLong optionalInteger() throws SyntaxException {
        return isEmpty() ? OptionalLong.empty() : OptionalLong.of(integer());
    }

    /** {@code on} or {@code off}. */
    boolean onOff() throws SyntaxException {
        return switch (bareWord()) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new SyntaxException("Expected 'on' or 'off'");
        };
    }

    private String bareWord() {
        skipBlanks();
        return bare();
    }

    /** Nothing may be left. */
    void end() throws SyntaxException {
        if (!isEmpty()) {
            throw new SyntaxException(command + ": extraneous characters at the end of line");
        }
    }
}
