package org.ramtracker.sim.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.ramtracker.live.Compression;
import org.ramtracker.migrate.SwitchoverCost;
import org.ramtracker.sim.report.IncomingReport;
import org.ramtracker.sim.report.MigrationJson;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Failures;
import org.ramtracker.sim.vmm.IncomingMigration;
import org.ramtracker.sim.vmm.IncomingOptions;
import org.ramtracker.sim.vmm.IncomingResult;
import org.ramtracker.sim.vmm.Listener;
import org.ramtracker.sim.vmm.Preparation;
import org.ramtracker.sim.vmm.TransferSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ramtracker receive}: the destination on its own. */
@Command(
        name = "receive",
        description = "Wait for one guest, or read one from a file; run it on here and let it check itself.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReceiveCommand implements Callable<Integer> {
    /** Hidden: what makes the process end with whoever started it. */
    static final String END_WITH_STDIN = "--end-with-stdin";

    static final String POPULATE = "--populate";
    static final String NO_WARM_UP = "--no-warm-up";

    /** Hidden: what makes the process wait for the next guest after each, as long as whoever started it lives. */
    static final String ONE_AFTER_THE_OTHER = "--one-after-the-other";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "URI",
            converter = Names.Uri.class,
            description = "tcp:HOST:PORT (port 0: any free one), unix:PATH, or file:PATH to read what "
                    + "'migrate --to file:PATH' wrote.")
    private Endpoint from;

    @Option(
            names = "--max-ram",
            paramLabel = "SIZE",
            defaultValue = "1T",
            converter = Quantities.Size.class,
            description = "Refuse a guest with more memory (default: ${DEFAULT-VALUE}).")
    private long ramBytesMax;

    @Option(
            names = "--run-for",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = Quantities.Time.class,
            description = "How long the guest runs here before it checks itself (default: ${DEFAULT-VALUE}).")
    private long runForNanos;

    @Option(
            names = "--channels",
            paramLabel = "N",
            defaultValue = "0",
            description = "Page channels that the source has, as it was told with its own --channels (default: none).")
    private int channels;

    @Option(
            names = POPULATE,
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = Quantities.Size.class,
            description =
                    "Populate the memory of a guest with so much --ram before it comes, in huge pages where there are any; "
                            + "for one whose memory is in use (default: only where pages arrive that are not zero).")
    private long populateBytes;

    @Option(
            names = NO_WARM_UP,
            description = "Listen at once, without having compiled what receives; a large guest then takes longer.")
    private boolean noWarmUp;

    @Option(names = "--json", description = "Print one JSON object on stdout at the end; all else goes to stderr.")
    private boolean json;

    @Option(names = END_WITH_STDIN, hidden = true)
    private boolean endWithStdin;

    @Option(names = ONE_AFTER_THE_OTHER, hidden = true)
    private boolean oneAfterTheOther;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (channels > 0 && from instanceof Endpoint.File) {
            throw new ParameterException(spec.commandLine(), "--channels needs connections, --listen names a file");
        }
        if (endWithStdin) {
            endWithStdin();
        }
        try {
            return report(
                    receive(new IncomingOptions(ramBytesMax, Duration.ofNanos(runForNanos), channels, populateBytes)));
        } catch (IOException e) {
            if (json) {
                System.out.println(MigrationJson.failure(Failures.reason(e)));
            }
            throw e;
        }
    }

    private int report(IncomingResult result) {
        if (json) {
            System.out.println(IncomingReport.json(result));
        } else {
            IncomingReport.text(result).forEach(System.out::println);
        }
        return result.isGood() ? ExitCode.OK : ExitCode.NOT_EQUAL;
    }

    private IncomingResult receive(IncomingOptions options) throws IOException, InterruptedException {
        return switch (from) {
            case Endpoint.File(var path) -> IncomingMigration.fromFile(path, options);
            case Endpoint.Tcp tcp -> accept(Listener.open(tcp), options);
            case Endpoint.Unix unix -> accept(Listener.open(unix), options);
        };
    }

    private IncomingResult accept(Listener listener, IncomingOptions options) throws IOException, InterruptedException {
        try (listener) {
            PrintStream talk = json ? System.err : System.out;
            if (!noWarmUp) {
                SwitchoverCost ignored = Preparation.run(new TransferSpec(0, options.channels(), Compression.NONE));
            }
            if (oneAfterTheOther) {
                talk.println(ReceiverProcess.LISTENING + listener.endpoint());
            }
            while (oneAfterTheOther) {
                receiveAndForget(listener, options);
            }
            return IncomingMigration.fromSocket(
                    listener, options, () -> talk.println(ReceiverProcess.LISTENING + listener.endpoint()));
        }
    }

    /** The source knows what became of it. */
    private static void receiveAndForget(Listener listener, IncomingOptions options) throws InterruptedException {
        try {
            IncomingResult ignored = IncomingMigration.fromNext(listener, options);
        } catch (IOException e) {
            System.err.println(Failures.reason(e));
        }
    }

    /** Whoever holds the other end decides when it is over. */
    private static void endWithStdin() {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // only the end matters
                }
            } catch (IOException e) {
                // the other end is gone just as well
            }
            Runtime.getRuntime().halt(ExitCode.FAILED);
        });
    }
}
