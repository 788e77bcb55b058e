package org.ramtracker.sim.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code ramtracker} command: hands the line to one of its subcommands. */
@Command(
        name = "ramtracker",
        description = "Track, move and forecast the RAM of a virtual machine in live migration.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {InfoCommand.class})
public final class Main implements Runnable {

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its code: 0 success, 1 failure, 2 a command line not understood. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
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
