package org.ramtracker.sim.monitor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which version a monitor shows. The numbers are the program's own: it behaves like no particular QEMU.
 *
 * @param major its first number
 * @param minor its second
 * @param micro its third
 * @param packageName what it calls itself
 */
public record ProgramVersion(int major, int minor, int micro, String packageName) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    /**
     * This program's.
     *
     * @return the version that the build wrote to the JAR; zeros outside one
     */
    public static ProgramVersion ours() {
        return of(ProgramVersion.class.getPackage().getImplementationVersion());
    }

    /** Of the version that the build wrote to the JAR, null outside one. */
    static ProgramVersion of(@Nullable String version) {
        String name = "ramtracker " + (version == null ? "(unpackaged)" : version);
        Matcher numbers = NUMBERS.matcher(version == null ? "" : version);
        return numbers.matches()
                ? new ProgramVersion(number(numbers, 1), number(numbers, 2), number(numbers, 3), name)
                : new ProgramVersion(0, 0, 0, name);
    }

    private static int number(Matcher numbers, int group) {
        return Integer.parseInt(numbers.group(group));
    }
}
