package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.sim.monitor.HumanMonitor;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.RunState;

/**
 * The commands of the monitor for people. Names, arguments, answers and complaints are QEMU's where it has them; {@code info
 * migrate} is that of QEMU before 10.1, which scripts read.
 *
 * <p>Threads: any number of lines at a time.
 */
public final class Hmp implements HumanMonitor {
    /** What the monitor says when it waits for a line. */
    static final String PROMPT = "(ramtracker) ";

    private static final String INFO = "info";
    private static final String HELP = "help";

    private final ManagedVm vm;
    private final List<HmpCommand> commands = new ArrayList<>();
    private final List<HmpCommand> topics;

    /**
     * The monitor of a machine.
     *
     * @param vm the machine
     * @param progress a line of what to show of a migration that somebody waits for
     */
    public Hmp(ManagedVm vm, Function<MigrationStats, String> progress) {
        this.vm = vm;
        this.topics = new InfoCommands(vm).topics();
        commands.add(HmpCommand.of(HELP + "|?", "[cmd]", "show the help", this::help));
        commands.add(
                HmpCommand.of(INFO, "[subcommand]", "show various information about the system state", this::info));
        commands.addAll(new StateCommands(vm).commands());
        commands.addAll(new MigrationCommands(vm, progress).commands());
        commands.addAll(new SettingCommands(vm).commands());
        commands.add(DirtyRateCommand.of(vm));
    }

    /** What greets a client. */
    String greeting() {
        return "ramtracker monitor of %s - type 'help' for more information\n".formatted(vm.name());
    }

    /** Whether there is nothing left to command. */
    boolean isOver() {
        return vm.runState() == RunState.SHUTDOWN;
    }

    @Override
    public String execute(String line) {
        TextConsole console = new TextConsole();
        try {
            execute(line, console);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text console has no reader who could go
        }
        return console.toString();
    }

    /** Runs a line, and says what came of it. */
    void execute(String line, Console console) throws IOException {
        HmpArguments arguments = new HmpArguments("", line);
        if (arguments.isEmpty()) {
            return;
        }
        String name = arguments.name();
        Optional<HmpCommand> command = find(commands, name);
        if (command.isEmpty()) {
            console.print(unknown(name));
        } else {
            run(command.get(), command.get().name(), arguments.rest(), console);
        }
    }

    private static void run(HmpCommand command, String called, String rest, Console console) throws IOException {
        try {
            command.action().run(new HmpArguments(command.name(), rest), console);
        } catch (SyntaxException e) {
            console.print("%s\nTry \"help %s\" for more information\n".formatted(e.words(), called));
        } catch (MonitorException e) {
            console.print("Error: " + e.description() + "\n");
        }
    }

    private static Optional<HmpCommand> find(List<HmpCommand> among, String name) {
        return among.stream().filter(command -> command.isCalled(name)).findFirst();
    }

    private static String unknown(String name) {
        return "unknown command: '%s'\n".formatted(name);
    }

    private void info(HmpArguments arguments, Console console) throws IOException {
        if (arguments.isEmpty()) {
            console.print(helpOnTopics());
            return;
        }
        String name = arguments.name();
        Optional<HmpCommand> topic = find(topics, name);
        if (topic.isEmpty()) {
            console.print(unknown(INFO + " " + name));
        } else {
            run(topic.get(), INFO + " " + name, arguments.rest(), console);
        }
    }

    private void help(HmpArguments arguments, Console console) throws IOException {
        if (arguments.isEmpty()) {
            StringBuilder text = new StringBuilder();
            commands.forEach(command -> text.append(command.helpLine()));
            console.print(text.toString());
        } else {
            console.print(helpOn(arguments.name(), arguments.rest()));
        }
    }

    private String helpOn(String name, String topic) {
        if (!name.equals(INFO)) {
            return find(commands, name).map(HmpCommand::helpLine).orElseGet(() -> unknown(name));
        }
        return topic.isEmpty()
                ? helpOnTopics()
                : find(topics, topic).map(this::topicHelp).orElseGet(() -> unknown(INFO + " " + topic));
    }

    private String helpOnTopics() {
        StringBuilder text = new StringBuilder();
        topics.forEach(topic -> text.append(topicHelp(topic)));
        return text.toString();
    }

    private String topicHelp(HmpCommand topic) {
        return INFO + " " + topic.helpLine();
    }

    /**
     * What can come next in a line that is being typed.
     *
     * @param before the words before the one that is being typed
     * @return every word that can stand there, whatever of it was typed already
     */
    List<String> completions(List<String> before) {
        if (before.isEmpty()) {
            return names(commands);
        }
        String name = before.getFirst();
        if (before.size() == 1 && name.equals(INFO)) {
            return names(topics);
        }
        if (before.size() == 1 && name.equals(HELP)) {
            return names(commands);
        }
        int argument = before.size() - 1;
        return find(commands, name)
                .filter(command -> argument < command.words().size())
                .map(command -> command.words().get(argument))
                .orElse(List.of());
    }

    private static List<String> names(List<HmpCommand> of) {
        return of.stream().map(HmpCommand::name).toList();
    }
}
