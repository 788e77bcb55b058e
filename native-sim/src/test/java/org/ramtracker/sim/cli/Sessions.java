package org.ramtracker.sim.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Does what a {@link Transcript} says, with real processes in a directory of their own. */
final class Sessions implements AutoCloseable {
    private static final String PROGRAM = "./ramtracker ";
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Path place;
    private final Map<String, String> known = new HashMap<>();
    private final Expectation expectation = new Expectation(known);
    private final List<Process> machines = new ArrayList<>();
    private final Map<String, MonitorClient> clients = new HashMap<>();

    Sessions(Path place) {
        this.place = place;
    }

    static boolean hasSocat() throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "command -v socat")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Does a step, again and again if it waits for something; what was shown instead, if it is not as expected. */
    Optional<String> run(Transcript.Step step, long deadlineNanos) throws Exception {
        List<String> shown = once(step);
        while (!isAwaited(step, shown) && System.nanoTime() < deadlineNanos) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            shown = once(step);
        }
        return expectation.matches(step.answer(), shown) ? Optional.empty() : Optional.of(String.join("\n", shown));
    }

    private boolean isAwaited(Transcript.Step step, List<String> shown) {
        return step.until()
                .map(wanted -> String.join("\n", shown).contains(wanted))
                .orElse(true);
    }

    private List<String> once(Transcript.Step step) throws Exception {
        String command = expectation.filledIn(step.command());
        return switch (step.kind()) {
            case BACKGROUND -> startMachine(command, step.answer().size());
            case SHELL -> shell(command);
            case HMP -> hmp(step.vm(), command);
            case QMP -> qmp(step.vm(), command, step.answer());
        };
    }

    private List<String> startMachine(String command, int lines) throws IOException {
        Process machine = process(List.copyOf(Jar.command(words(command))));
        machines.add(machine);
        return firstLines(machine, lines);
    }

    private static String[] words(String command) {
        return Arrays.stream(command.substring(PROGRAM.length()).split(" ", -1)).toArray(String[]::new);
    }

    private Process process(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(place.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("XDG_RUNTIME_DIR", place.toString());
        return builder.start();
    }

    @SuppressWarnings("resource") // the process keeps its output open
    private static List<String> firstLines(Process process, int count) throws IOException {
        BufferedReader output = process.inputReader();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(String.valueOf(output.readLine()));
        }
        return lines;
    }

    private List<String> shell(String command) throws IOException {
        List<String> words = command.startsWith(PROGRAM) ? Jar.command(words(command)) : List.of("sh", "-c", command);
        try (BufferedReader output = process(words).inputReader()) {
            return output.lines().toList();
        }
    }

    private List<String> hmp(String vm, String command) throws IOException {
        MonitorClient client = clients.get(vm);
        if (client == null) {
            client = MonitorClient.connect(place.resolve(vm + ".hmp"));
            clients.put(vm, client);
            client.answer();
        }
        client.sendLine(command);
        return client.answer();
    }

    /** Events come in between: they are shown where the guide shows them, and nowhere else. */
    private List<String> qmp(String vm, String command, List<String> expected) throws IOException {
        MonitorClient client = clients.get(vm + " qmp");
        if (client == null) {
            client = MonitorClient.connect(place.resolve(vm + ".qmp"));
            clients.put(vm + " qmp", client);
            client.nextLine();
        }
        client.sendLine(command);
        List<String> shown = new ArrayList<>();
        for (String line : expected) {
            shown.add(nextLike(client, line));
        }
        return shown;
    }

    private String nextLike(MonitorClient client, String expected) throws IOException {
        boolean wantsEvent = expected.contains("\"event\"");
        String line = client.nextLine();
        while (!line.isEmpty()
                && (wantsEvent ? !expectation.matches(List.of(expected), List.of(line)) : line.contains("\"event\""))) {
            line = client.nextLine();
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        for (MonitorClient client : clients.values()) {
            client.close();
        }
        machines.forEach(Process::destroy);
        for (Process machine : machines) {
            awaitEnd(machine);
        }
    }

    private static void awaitEnd(Process machine) {
        try {
            if (!machine.waitFor(20, TimeUnit.SECONDS)) {
                machine.destroyForcibly();
            }
        } catch (InterruptedException e) {
            machine.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
