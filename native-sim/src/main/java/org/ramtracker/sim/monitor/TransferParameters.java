package org.ramtracker.sim.monitor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ramtracker.stream.ChannelCompression;

/**
 * A value for each {@link TransferParameter}.
 *
 * <p>Threads: immutable.
 */
public final class TransferParameters {
    private static final TransferParameters DEFAULTS = new TransferParameters(Arrays.stream(TransferParameter.values())
            .collect(Collectors.toMap(parameter -> parameter, TransferParameter::byDefault)));

    private final EnumMap<TransferParameter, Long> values;

    private TransferParameters(Map<TransferParameter, Long> values) {
        this.values = new EnumMap<>(values);
    }

    /**
     * QEMU's.
     *
     * @return two channels without compression, and a cache of 64 MiB
     */
    public static TransferParameters defaults() {
        return DEFAULTS;
    }

    /**
     * A value.
     *
     * @param parameter which
     * @return its value
     */
    public long get(TransferParameter parameter) {
        return Objects.requireNonNull(values.get(parameter));
    }

    /**
     * These with some changed.
     *
     * @param changes new values
     * @param pageBytes size of the guest's pages
     * @return another set
     * @throws IllegalArgumentException if one is out of range, in QEMU's words
     */
    public TransferParameters with(Map<TransferParameter, Long> changes, int pageBytes) {
        Map<TransferParameter, Long> changed = new EnumMap<>(values);
        changes.forEach((parameter, value) -> {
            if (!parameter.allows(value, pageBytes)) {
                throw new IllegalArgumentException(parameter.refusal());
            }
            changed.put(parameter, value);
        });
        return new TransferParameters(changed);
    }

    /**
     * {@code multifd-compression}.
     *
     * @return the method
     */
    public ChannelCompression compression() {
        long flag = get(TransferParameter.MULTIFD_COMPRESSION);
        return Arrays.stream(ChannelCompression.values())
                .filter(method -> method.flag() == flag)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The method's name on a monitor.
     *
     * @return for example {@code zstd}
     */
    public String compressionName() {
        return nameOf(compression());
    }

    private static String nameOf(ChannelCompression method) {
        return method.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The value of {@code multifd-compression} that a name stands for.
     *
     * @param name on a monitor
     * @return empty if there is no such method
     */
    public static Optional<Long> compressionValue(String name) {
        return Arrays.stream(ChannelCompression.values())
                .filter(method -> nameOf(method).equals(name))
                .map(method -> (long) method.flag())
                .findFirst();
    }
}
