package org.ramtracker.sim.cli;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes, rates and durations as QEMU and people write them. Sizes and byte rates have binary suffixes, as in QEMU; bit rates
 * are decimal, as on the label of a network card.
 */
final class Quantities {
    private static final String SIZE_EXAMPLE = "write bytes or a number with K, M, G, T or P, like 512M (512 MiB)";
    private static final String RATE_EXAMPLE = "write 100M (100 MiB/s), 10Gbit (10^10 bits a second) or 0 (unlimited)";
    private static final String TIME_EXAMPLE = "write a number with ns, us, ms, s or m, like 300ms or 2s";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+)(?:\\.(\\d+))?([a-zA-Z]*)");
    private static final Pattern BINARY_UNIT = Pattern.compile("(?:b|([kmgtp])(?:ib)?)?");
    private static final Pattern BIT_UNIT = Pattern.compile("([kmgt]?)bit");
    private static final int BITS_PER_BYTE = 8;
    private static final String BINARY_PREFIXES = "kmgtp";
    private static final Map<String, Long> NANOS_PER_UNIT =
            Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L);

    private Quantities() {}

    /** A size in bytes. */
    static long sizeBytes(String text) {
        Amount amount = Amount.parse("size", text, SIZE_EXAMPLE);
        return amount.times(binaryFactor(amount));
    }

    /** A rate in bytes a second. */
    static long rateBytesPerSecond(String text) {
        String perSecond = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
        Amount amount = Amount.parse("rate", perSecond, RATE_EXAMPLE);
        Matcher bits = BIT_UNIT.matcher(amount.unit);
        long bytes = bits.matches()
                ? amount.times(bitsPerUnit(bits.group(1)), BITS_PER_BYTE)
                : amount.times(binaryFactor(amount));
        if (bytes == 0 && !amount.isZero()) { // which is not what zero means
            throw amount.refusal("is less than one byte a second");
        }
        return bytes;
    }

    /** A duration in nanoseconds. */
    static long durationNanos(String text) {
        Amount amount = Amount.parse("duration", text, TIME_EXAMPLE);
        if (amount.unit.isEmpty() && amount.isZero()) {
            return 0;
        }
        Long nanos = NANOS_PER_UNIT.get(amount.unit);
        if (nanos == null) {
            throw amount.refusal(amount.unit.isEmpty() ? "has no unit" : "has an unknown unit");
        }
        return amount.times(nanos);
    }

    private static long binaryFactor(Amount amount) {
        Matcher unit = BINARY_UNIT.matcher(amount.unit);
        if (!unit.matches()) {
            throw amount.refusal("has an unknown unit");
        }
        return 1L << (10 * (prefixIndex(unit.group(1)) + 1));
    }

    private static int prefixIndex(@Nullable String prefix) {
        return prefix == null ? -1 : BINARY_PREFIXES.indexOf(prefix);
    }

    private static long bitsPerUnit(String prefix) {
        int thousands = prefix.isEmpty() ? 0 : BINARY_PREFIXES.indexOf(prefix) + 1;
        return BigInteger.TEN.pow(3 * thousands).longValueExact();
    }

    /**
     * A number, its unit in lower case, and what is needed to refuse it in one line. The number is {@code digits / 10^decimals}: a
     * {@code BigDecimal} would be one as well, but takes a fresh JVM 30 ms to initialize.
     */
    private record Amount(String kind, String text, String example, BigInteger digits, int decimals, String unit) {
        static Amount parse(String kind, String text, String example) {
            Matcher matcher = NUMBER_AND_UNIT.matcher(text);
            if (!matcher.matches()) {
                String why = text.startsWith("-") ? "negative" : "not a number";
                throw new IllegalArgumentException("%s '%s' is %s: %s".formatted(kind, text, why, example));
            }
            String fraction = matcher.group(2) == null ? "" : matcher.group(2);
            BigInteger digits = new BigInteger(matcher.group(1) + fraction);
            String unit = matcher.group(3).toLowerCase(Locale.ROOT);
            return new Amount(kind, text, example, digits, fraction.length(), unit);
        }

        boolean isZero() {
            return digits.signum() == 0;
        }

        long times(long factor) {
            return times(factor, 1);
        }

        /** Times a fraction, rounded down. */
        long times(long numerator, long denominator) {
            BigInteger divisor = BigInteger.TEN.pow(decimals).multiply(BigInteger.valueOf(denominator));
            try {
                return digits.multiply(BigInteger.valueOf(numerator))
                        .divide(divisor)
                        .longValueExact();
            } catch (ArithmeticException e) {
                throw refusal("is too large");
            }
        }

        IllegalArgumentException refusal(String why) {
            return new IllegalArgumentException("%s '%s' %s: %s".formatted(kind, text, why, example));
        }
    }

    /** For options that are sizes. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return converted(() -> sizeBytes(text));
        }
    }

    /** For options that are rates. */
    static final class Rate implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return converted(() -> rateBytesPerSecond(text));
        }
    }

    /** For options that are durations. */
    static final class Time implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return converted(() -> durationNanos(text));
        }
    }

    /** For options that are durations in which something has to happen. */
    static final class PositiveTime implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return converted(() -> positive(text));
        }

        private static long positive(String text) {
            long nanos = durationNanos(text);
            if (nanos == 0) {
                throw new IllegalArgumentException("duration '%s' is zero: %s".formatted(text, TIME_EXAMPLE));
            }
            return nanos;
        }
    }

    /** A number without a unit. What picocli says of one that is none names Java's types. */
    static <N extends Number> ITypeConverter<N> number(Function<String, N> parse, String kind) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'%s' is no %s: write one like 2".formatted(text, kind));
            }
        };
    }

    /** Gives picocli an argument's refusal in the form that it prints as is. */
    static <T> T converted(Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
