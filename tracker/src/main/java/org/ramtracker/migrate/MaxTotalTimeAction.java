package org.ramtracker.migrate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens to a migration when {@code max-total-time} has passed. */
public enum MaxTotalTimeAction {
    /** It is cancelled; the guest goes on at the source. */
    CANCEL,
    /** The guest is paused, whatever the downtime. */
    SWITCH_OVER;

    private static final List<MaxTotalTimeAction> BY_VALUE = List.of(values());

    /**
     * The name on a monitor and a command line.
     *
     * @return {@code cancel} or {@code switch-over}
     */
    public String monitorName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The action of a name.
     *
     * @param name {@link #monitorName} of one
     * @return the action
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static MaxTotalTimeAction named(String name) {
        return BY_VALUE.stream()
                .filter(action -> action.monitorName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "max-total-time-action '%s' is unknown; it is %s".formatted(name, names())));
    }

    /**
     * Its value as a {@link MigrationParameter#MAX_TOTAL_TIME_ACTION}.
     *
     * @return 0 or 1
     */
    public long value() {
        return BY_VALUE.indexOf(this);
    }

    static MaxTotalTimeAction ofValue(long value) {
        return BY_VALUE.get((int) value);
    }

    private static String names() {
        return Arrays.stream(values()).map(MaxTotalTimeAction::monitorName).collect(Collectors.joining(" or "));
    }
}
