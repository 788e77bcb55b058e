package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationParametersTest {
    @ParameterizedTest
    @CsvSource({
        "max-bandwidth,              0, 9223372036854775807, 134217728, 0 or more bytes/second",
        "downtime-limit,             0, 2000000000000, 300000000, 0 to 2000000 milliseconds",
        "avail-switchover-bandwidth, 0, 9223372036854775807, 0, 0 or more bytes/second",
        "throttle-trigger-threshold, 1, 100, 50, 1 to 100 percent",
        "cpu-throttle-initial,       1, 99, 20, 1 to 99 percent",
        "cpu-throttle-increment,     1, 99, 10, 1 to 99 percent",
        "cpu-throttle-tailslow,      0, 1, 0, 0 to 1",
        "max-cpu-throttle,           1, 99, 99, 1 to 99 percent",
        "auto-converge,              0, 1, 0, 0 to 1",
        "pause-before-switchover,    0, 1, 0, 0 to 1"
    })
    void rangesAndDefaultsAreQemus(String name, long min, long max, long byDefault, String range) {
        MigrationParameter parameter = MigrationParameter.named(name).orElseThrow();
        assertThat(parameter.min()).isEqualTo(min);
        assertThat(parameter.max()).isEqualTo(max);
        assertThat(parameter.byDefault()).isEqualTo(byDefault);
        assertThat(parameter.range()).isEqualTo(range);
        assertThat(MigrationParameters.defaults().get(parameter)).isEqualTo(byDefault);
    }

    @ParameterizedTest
    @EnumSource(MigrationParameter.class)
    void everyValueInTheRangeIsTakenAndTheNextOnesAreRefusedWithTheRange(MigrationParameter parameter) {
        MigrationParameters lenient = MigrationParameters.defaults().with(MigrationParameter.CPU_THROTTLE_INITIAL, 1);
        assertThat(lenient.with(parameter, parameter.min()).get(parameter)).isEqualTo(parameter.min());
        assertThat(lenient.with(parameter, parameter.max()).get(parameter)).isEqualTo(parameter.max());
        assertRefused(lenient, parameter, parameter.min() - 1);
        if (parameter.max() < Long.MAX_VALUE) {
            assertRefused(lenient, parameter, parameter.max() + 1);
        }
    }

    private static void assertRefused(MigrationParameters parameters, MigrationParameter parameter, long value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parameters.with(parameter, value))
                .withMessageStartingWith(parameter.qemuName())
                .withMessageContaining(parameter.range());
    }

    @Test
    void hardestThrottleIsNotBelowTheFirstAndBothCanMoveTogether() {
        MigrationParameters defaults = MigrationParameters.defaults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.with(MigrationParameter.MAX_CPU_THROTTLE, 19))
                .withMessage("max-cpu-throttle 19 is out of range: it is cpu-throttle-initial (20) to 99 percent");
        MigrationParameters both = defaults.with(
                Map.of(MigrationParameter.MAX_CPU_THROTTLE, 10L, MigrationParameter.CPU_THROTTLE_INITIAL, 10L));
        assertThat(both.toString()).isEqualTo("{cpu-throttle-initial=10, max-cpu-throttle=10}");
    }

    @Test
    void monitorsCountTimesInMilliseconds() {
        assertThat(ParameterUnit.TIME.fromMonitor(300)).isEqualTo(300_000_000);
        assertThat(ParameterUnit.TIME.toMonitor(300_999_999)).isEqualTo(300);
        assertThat(ParameterUnit.TIME.fromMonitor(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(ParameterUnit.TIME.fromMonitor(Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(ParameterUnit.BYTES_PER_SECOND.fromMonitor(-1)).isEqualTo(-1);
    }

    @Test
    void actionsHaveNames() {
        assertThat(MaxTotalTimeAction.named("switch-over")).isEqualTo(MaxTotalTimeAction.SWITCH_OVER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaxTotalTimeAction.named("explode"))
                .withMessage("max-total-time-action 'explode' is unknown; it is cancel or switch-over");
    }

    @Test
    void updateThatIsRefusedChangesNothing() {
        MigrationControl control = new MigrationControl(MigrationParameters.defaults());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> control.set(MigrationParameter.DOWNTIME_LIMIT, -1))
                .withMessageContaining("0 to 2000000 milliseconds");
        assertThat(control.parameters()).isEqualTo(MigrationParameters.defaults());
    }
}
