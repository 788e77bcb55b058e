package org.ramtracker.sim.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ramtracker.forecast.Sweep;
import org.ramtracker.forecast.SweepCase;
import picocli.CommandLine.ITypeConverter;

/**
 * One of so many parts of a sweep.
 *
 * @param number which, from 1 on
 * @param count how many there are
 */
record Shard(int number, int count) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    static Shard parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            Shard shard = new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            if (shard.number >= 1 && shard.number <= shard.count) {
                return shard;
            }
        }
        throw new IllegalArgumentException("'%s' is no shard: write I/N with I from 1 to N, like 2/4".formatted(text));
    }

    List<SweepCase> of(List<SweepCase> cases) {
        return Sweep.shard(cases, number - 1, count);
    }

    /** For {@code --shard}. */
    static final class Converter implements ITypeConverter<Shard> {
        @Override
        public Shard convert(String text) {
            return Quantities.converted(() -> parse(text));
        }
    }
}
