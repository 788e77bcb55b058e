package org.ramtracker.sim.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ramtracker.scan.DuplicateBytes;
import org.ramtracker.sim.guest.GuestEngine;
import org.ramtracker.sim.vmm.Failures;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code ramtracker} command: hands the line to one of its subcommands. */
@Command(
        name = "ramtracker",
        description = "Track and move the RAM of a virtual machine in live migration.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all was done and what was checked held",
            "1:it failed; one line on stderr says why",
            "2:the command line was not understood",
            "3:the guest was moved but not found equal, or could not be compared",
            "130:ended by Ctrl-C"
        })
public final class Main implements Runnable {
    /** Kept, because a logger that nobody holds loses its level. Users need not know where a library was loaded from. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    /** In the order in which they are listed. */
    private static final List<Class<?>> SUBCOMMANDS = List.of(
            MigrateCommand.class,
            ForecastCommand.class,
            SweepCommand.class,
            ValidateCommand.class,
            ReceiveCommand.class,
            VmCommand.class,
            StatCommand.class,
            InspectCommand.class,
            RecordCommand.class,
            TraceCommand.class,
            InfoCommand.class,
            BenchCommand.class);

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        CHRONICLE.setLevel(Level.WARNING);
        Locale.setDefault(Locale.ROOT); // numbers look the same everywhere
        System.exit(commandLineFor(args).execute(args));
    }

    /** With the subcommand that the line names and no other: the options of them all take a fresh JVM a tenth of a second to read. */
    private static CommandLine commandLineFor(String[] args) {
        return SUBCOMMANDS.stream()
                .filter(subcommand -> args.length > 0 && nameOf(subcommand).equals(args[0]))
                .findFirst()
                .map(subcommand -> commandLine(List.of(subcommand)))
                .orElseGet(Main::commandLine);
    }

    private static String nameOf(Class<?> subcommand) {
        return Objects.requireNonNull(subcommand.getAnnotation(Command.class)).name();
    }

    static CommandLine commandLine() {
        return commandLine(SUBCOMMANDS);
    }

    private static CommandLine commandLine(List<Class<?>> subcommands) {
        CommandLine line = new CommandLine(new Main());
        subcommands.forEach(line::addSubcommand);
        return line.registerConverter(ProgressPrinter.Style.class, Names.oneOf(ProgressPrinter.Style.class))
                .registerConverter(ForecastCommand.Model.class, Names.oneOf(ForecastCommand.Model.class))
                .registerConverter(int.class, Quantities.number(Integer::valueOf, "whole number"))
                .registerConverter(Integer.class, Quantities.number(Integer::valueOf, "whole number"))
                .registerConverter(long.class, Quantities.number(Long::valueOf, "whole number"))
                .registerConverter(Double.class, Quantities.number(Double::valueOf, "number"))
                .registerConverter(GuestEngine.class, Names.oneOf(GuestEngine.class))
                .registerConverter(DuplicateBytes.class, Names.oneOf(DuplicateBytes.class))
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    private static int explainUsage(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(whatIsWrong(e));
        err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** A word that stands where a command should is not an argument too many. */
    private static String whatIsWrong(ParameterException e) {
        boolean atCommand =
                e instanceof UnmatchedArgumentException && e.getCommandLine().getParent() == null;
        return atCommand
                ? "there is no command '%s'; there are %s"
                        .formatted(
                                ((UnmatchedArgumentException) e).getUnmatched().getFirst(),
                                String.join(
                                        ", ",
                                        e.getCommandLine().getSubcommands().keySet()))
                : String.valueOf(e.getMessage());
    }

    private static int explainFailure(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        commandLine.getErr().println(Failures.reason(e));
        return ExitCode.FAILED;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command.");
    }

    /** Reads the version that the build wrote to the JAR's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"ramtracker " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
