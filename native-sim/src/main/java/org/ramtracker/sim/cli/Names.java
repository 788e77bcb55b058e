package org.ramtracker.sim.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ramtracker.live.Compression;
import org.ramtracker.memory.PageSize;
import org.ramtracker.sim.guest.DirtySource;
import org.ramtracker.sim.guest.FillKind;
import org.ramtracker.sim.guest.GuestChoice;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.stream.ChannelCompression;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options whose values are names of the project's own. */
final class Names {
    private Names() {}

    /** For options whose values are constants: named as in the help, in lower case, and read in any. */
    static <E extends Enum<E>> ITypeConverter<E> oneOf(Class<E> type) {
        return text -> Arrays.stream(type.getEnumConstants())
                .filter(each -> each.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'%s' is none of %s".formatted(text, String.join(", ", namesOf(type)))));
    }

    private static List<String> namesOf(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** For {@code --guest}. */
    static final class Guest implements ITypeConverter<GuestChoice> {
        @Override
        public GuestChoice convert(String text) {
            return Quantities.converted(() -> GuestChoice.parse(text));
        }
    }

    /** For {@code --fill}. */
    static final class Fill implements ITypeConverter<FillKind> {
        @Override
        public FillKind convert(String text) {
            return Quantities.converted(() -> FillKind.parse(text));
        }
    }

    /** For {@code --dirty-log}. */
    static final class Dirtiness implements ITypeConverter<DirtySource> {
        @Override
        public DirtySource convert(String text) {
            return Quantities.converted(() -> DirtySource.parse(text));
        }
    }

    /** For {@code --page-size}. */
    static final class Page implements ITypeConverter<PageSize> {
        @Override
        public PageSize convert(String text) {
            return Quantities.converted(() -> PageSize.ofBytes(Quantities.sizeBytes(text)));
        }
    }

    /** For {@code --to} and {@code --listen}. */
    static final class Uri implements ITypeConverter<Endpoint> {
        @Override
        public Endpoint convert(String text) {
            return Quantities.converted(() -> Endpoint.parse(text));
        }
    }

    /** For {@code --compress}. */
    static final class Compress implements ITypeConverter<Compression> {
        /** What QEMU compresses with unless told otherwise. */
        private static final int LEVEL_DEFAULT = 1;

        @Override
        public Compression convert(String text) {
            return Quantities.converted(() -> parse(text));
        }

        private static Compression parse(String text) {
            String[] parts = text.split(":", 2);
            ChannelCompression method = switch (parts[0]) {
                case "none" -> ChannelCompression.NONE;
                case "zlib" -> ChannelCompression.ZLIB;
                case "zstd" -> ChannelCompression.ZSTD;
                default ->
                    throw new IllegalArgumentException(
                            "no compression '%s'; there are none, zlib and zstd".formatted(parts[0]));
            };
            if (parts.length == 1) {
                return new Compression(method, method == ChannelCompression.NONE ? 0 : LEVEL_DEFAULT);
            }
            if (!parts[1].matches("\\d{1,3}")) {
                throw new IllegalArgumentException("level '%s' is no number".formatted(parts[1]));
            }
            return new Compression(method, Integer.parseInt(parts[1]));
        }
    }

    /** For sockets of monitors. */
    static final class UnixSocket implements ITypeConverter<Endpoint.Unix> {
        private static final String SCHEME = "unix:";

        @Override
        public Endpoint.Unix convert(String text) {
            return Quantities.converted(() -> parse(text));
        }

        static Endpoint.Unix parse(String text) {
            if (text.startsWith(SCHEME) && Endpoint.parse(text) instanceof Endpoint.Unix socket) {
                return socket;
            }
            throw new IllegalArgumentException("'%s' is no Unix socket: write unix:PATH".formatted(text));
        }
    }
}
