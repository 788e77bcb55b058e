package org.ramtracker.sim.inspect;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ramtracker.stream.PageKind;
import org.ramtracker.stream.SectionHeader;
import org.ramtracker.stream.SectionKind;
import org.ramtracker.stream.StreamConfiguration;

/** An inspection for people. */
public final class TextReport {
    /** Longer lists show this many sections from each end. */
    private static final int SECTIONS_SHOWN = 12;

    private static final long KIB = 1L << 10;
    private static final double PERCENT = 100.0;

    private final Inspection inspection;
    private final PrintStream out;

    private TextReport(Inspection inspection, PrintStream out) {
        this.inspection = inspection;
        this.out = out;
    }

    /** Writes the report. */
    public static void write(Inspection inspection, PrintStream out) {
        TextReport report = new TextReport(inspection, out);
        report.writeSummary();
        report.writeChannels();
        report.writeSections();
        report.writeBlocks();
    }

    private void writeSummary() {
        out.printf("%s: a QEMU migration stream of %,d bytes%n", inspection.sourceName(), inspection.lengthBytes());
        out.printf("  machine type   %s%n", machineType());
        out.printf(
                "  RAM            %s in %d blocks, pages of %s%n",
                size(inspection.memSizeTotalBytes()),
                inspection.blockCount(),
                size(inspection.pageSize().bytes()));
        out.printf("  page records   %,d: %s%n", inspection.pages(), kinds());
        out.printf(
                "  passes         at least %d (the stream does not mark them; one page came %<d times, and a pass sends"
                        + " a page once)%n",
                inspection.passesAtLeast());
        out.printf(
                "  sent again     %,d pages came more than once, which cost %,d bytes, %.1f %% of the stream%n",
                inspection.pagesSentAgain(), inspection.bytesSentAgain(), shareSentAgain());
        out.printf("  device state   %s%n", deviceState());
        for (Inspection.Command command : inspection.commands()) {
            out.println("  command        " + command.code() + " " + command.payloadHex());
        }
    }

    private String machineType() {
        return inspection
                .configuration()
                .map(StreamConfiguration::machineType)
                .map(TextReport::printable)
                .orElse("not recorded (older than 2.4)");
    }

    private String kinds() {
        return "%,d duplicate, %,d normal, %,d XBZRLE"
                .formatted(
                        inspection.pages(PageKind.DUPLICATE),
                        inspection.pages(PageKind.NORMAL),
                        inspection.pages(PageKind.XBZRLE));
    }

    private double shareSentAgain() {
        return PERCENT * inspection.bytesSentAgain() / inspection.lengthBytes();
    }

    private String deviceState() {
        String begin = "from byte %,d on".formatted(inspection.deviceStateOffsetBytes());
        if (inspection.eofOffsetBytes().isEmpty()) {
            return begin + "; not read: no description at the end of the stream tells its lengths";
        }
        String end = ", %,d sections, end of stream at byte %,d"
                .formatted(
                        inspection.deviceFullSections(),
                        inspection.eofOffsetBytes().getAsLong());
        return begin + end + (inspection.vmDescriptionOffsetBytes().isPresent() ? ", then its description" : "");
    }

    private void writeChannels() {
        ChannelSet set = inspection.channels();
        if (set.isEmpty()) {
            return;
        }
        out.println();
        out.printf(
                "page channels (multifd, compression %s, %,d synchronisation points, one at each %s)%n",
                set.compression().name().toLowerCase(Locale.ROOT),
                set.interval().intervals(),
                set.isSynchronisedPerSection() ? "RAM section" : "0x200 word");
        out.printf("  %-5s %16s %10s %10s %10s %10s%n", "id", "bytes", "packets", "SYNC", "normal", "zero");
        for (InspectedChannel channel : set.channels()) {
            out.printf(
                    "  %-5d %,16d %,10d %,10d %,10d %,10d%n",
                    channel.id(),
                    channel.lengthBytes(),
                    channel.packets(),
                    channel.syncPackets(),
                    channel.normalPages(),
                    channel.zeroPages());
        }
    }

    private void writeSections() {
        SectionTable sections = inspection.sections();
        out.println();
        out.printf(
                "RAM sections (id %s)%n",
                inspection
                        .ramStart()
                        .map(SectionHeader::id)
                        .map(Integer::toUnsignedString)
                        .orElse("none"));
        out.printf("  %-5s %16s %16s %10s %10s %10s%n", "kind", "offset", "bytes", "duplicate", "normal", "XBZRLE");
        for (int row = 0; row < sections.size(); row++) {
            if (row == SECTIONS_SHOWN && sections.size() > 2 * SECTIONS_SHOWN) {
                out.printf("  ... %,d more, all of them with --json ...%n", sections.size() - 2 * SECTIONS_SHOWN);
                row = sections.size() - SECTIONS_SHOWN;
            }
            writeSection(sections, row);
        }
    }

    private void writeSection(SectionTable sections, int row) {
        SectionKind kind = sections.kind(row);
        out.printf(
                "  %-5s %,16d %,16d %,10d %,10d %,10d%n",
                kind,
                sections.offsetBytes(row),
                sections.endBytes(row) - sections.offsetBytes(row),
                sections.pages(row, PageKind.DUPLICATE),
                sections.pages(row, PageKind.NORMAL),
                sections.pages(row, PageKind.XBZRLE));
    }

    private void writeBlocks() {
        out.println();
        out.printf(
                "  %-28s %10s %10s %10s %10s %10s %10s%n",
                "block", "size", "duplicate", "normal", "XBZRLE", "sent again", "not zero");
        for (InspectedBlock block : inspection.blocks()) {
            out.printf(
                    "  %-28s %10s %,10d %,10d %,10d %,10d %10s%n",
                    printable(block.idstr()),
                    size(block.block().usedLengthBytes()),
                    block.pages(PageKind.DUPLICATE),
                    block.pages(PageKind.NORMAL),
                    block.pages(PageKind.XBZRLE),
                    block.pagesSentAgain(),
                    nonZero(block));
        }
    }

    private static String nonZero(InspectedBlock block) {
        return block.isSent() ? "%,d".formatted(BlockContent.countNonZeroPages(block)) : "never sent";
    }

    private static String size(long bytes) {
        if (bytes < KIB * KIB) {
            return "%.4g KiB".formatted((double) bytes / KIB);
        }
        return bytes < KIB * KIB * KIB
                ? "%.1f MiB".formatted((double) bytes / (KIB * KIB))
                : "%.1f GiB".formatted((double) bytes / (KIB * KIB * KIB));
    }

    /** Names come from the recording and must not drive the terminal. */
    private static String printable(String name) {
        return name.codePoints()
                .mapToObj(c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
                .collect(Collectors.joining());
    }
}
