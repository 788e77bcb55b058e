package org.ramtracker.sim.monitor;

import java.util.Arrays;
import java.util.Optional;
import org.ramtracker.stream.ChannelCompression;

/**
 * What an operator sets about the form in which pages travel, with QEMU's names, ranges and defaults. Which of them matter is
 * said by {@link MigrationCapability#MULTIFD} and {@link MigrationCapability#XBZRLE}.
 */
public enum TransferParameter {
    /** Page channels beside the main connection. */
    MULTIFD_CHANNELS("multifd-channels", 2, "a value between 1 and 255"),
    /** How they compress: the {@link ChannelCompression#flag}; its name on a monitor. */
    MULTIFD_COMPRESSION("multifd-compression", 0, "'none', 'zlib' or 'zstd'"),
    /** With zlib how hard, 0 = not at all. */
    MULTIFD_ZLIB_LEVEL("multifd-zlib-level", 1, "a value between 0 and 9"),
    /** With zstd how hard, 0 = as hard as zstd finds best. */
    MULTIFD_ZSTD_LEVEL("multifd-zstd-level", 1, "a value between 0 and 20"),
    /** Bytes for what the destination has of pages, to send differences to it. */
    XBZRLE_CACHE_SIZE("xbzrle-cache-size", 64L << 20, "a power of two no less than the target page size");

    private final String qemuName;
    private final long byDefault;
    private final String expected;

    TransferParameter(String qemuName, long byDefault, String expected) {
        this.qemuName = qemuName;
        this.byDefault = byDefault;
        this.expected = expected;
    }

    /**
     * The name on a monitor.
     *
     * @return for example {@code multifd-channels}
     */
    public String qemuName() {
        return qemuName;
    }

    long byDefault() {
        return byDefault;
    }

    /**
     * The parameter of a name.
     *
     * @param name {@link #qemuName} of one
     * @return the parameter; empty if there is none of that name
     */
    public static Optional<TransferParameter> named(String name) {
        return Arrays.stream(values())
                .filter(parameter -> parameter.qemuName.equals(name))
                .findFirst();
    }

    /** Whether a value is in range, for pages of that size. */
    boolean allows(long value, int pageBytes) {
        return switch (this) {
            case MULTIFD_CHANNELS -> value >= 1 && value <= 255;
            case MULTIFD_COMPRESSION ->
                Arrays.stream(ChannelCompression.values()).anyMatch(method -> method.flag() == value);
            case MULTIFD_ZLIB_LEVEL -> value >= 0 && value <= 9;
            case MULTIFD_ZSTD_LEVEL -> value >= 0 && value <= 20;
            case XBZRLE_CACHE_SIZE -> value >= pageBytes && Long.bitCount(value) == 1;
        };
    }

    /**
     * What is said of a value that is not allowed, in QEMU's words.
     *
     * @return one line
     */
    public String refusal() {
        return "Parameter '%s' expects %s".formatted(qemuName, expected);
    }
}
