package org.ramtracker.forecast;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.ramtracker.migrate.ConvergencePreset;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;

/**
 * One forecast of a sweep, by value: all that its row is a function of.
 *
 * @param trace what the guest wrote
 * @param policy the name of a {@link ConvergencePreset}
 * @param downtimeLimitNanos {@code downtime-limit}, in place of the preset's
 * @param link the link; its bandwidth is also {@code max-bandwidth}
 * @param machine what the machines at both ends cost, but for the sync, which the trace tells
 * @param startNanos where in the trace the migration begins
 * @param horizonNanos when it is given up
 * @param seed of the moments within epochs
 */
public record SweepCase(
        TraceIdentity trace,
        String policy,
        long downtimeLimitNanos,
        LinkModel link,
        MachineModel machine,
        long startNanos,
        long horizonNanos,
        long seed) {
    private static final int KEY_BYTES = 8;

    /**
     * What {@code max-bandwidth} and the link carry.
     *
     * @return bytes in a second
     */
    public long bandwidthBytesPerSecond() {
        return link.bytesPerSecond();
    }

    /**
     * A name for the case that is the same in every process: equal cases have equal keys, and others have others.
     *
     * @return 16 hexadecimal digits
     */
    public String key() {
        try {
            byte[] text = toString().getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The question that the case asks.
     *
     * @param history that of {@link #trace}
     * @return the request, for {@link Forecaster}
     * @throws IllegalArgumentException if there is no such policy, or a value is out of range
     */
    public ForecastRequest request(DirtyHistory history) {
        ConvergencePreset preset = ConvergencePreset.named(policy);
        MigrationParameters parameters = preset.parameters()
                .with(MigrationParameter.MAX_BANDWIDTH, link.bytesPerSecond())
                .with(MigrationParameter.DOWNTIME_LIMIT, downtimeLimitNanos);
        return new ForecastRequest(
                history,
                preset.policy(),
                parameters,
                link,
                machine.forGuestOf(history),
                startNanos,
                1,
                horizonNanos,
                false,
                seed);
    }
}
