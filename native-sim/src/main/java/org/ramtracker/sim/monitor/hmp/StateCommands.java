package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.util.List;
import org.ramtracker.sim.monitor.GuestCheck;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.ShutdownReason;

/** Whether the guest runs. */
final class StateCommands {
    private final ManagedVm vm;

    StateCommands(ManagedVm vm) {
        this.vm = vm;
    }

    List<HmpCommand> commands() {
        return List.of(
                HmpCommand.of("stop|s", "", "stop the guest; a migration then converges", this::stop),
                HmpCommand.of("cont|c", "", "resume the guest", this::cont),
                HmpCommand.of(
                        "check_guest",
                        "",
                        "stop the guest while it checks that its memory is as it left it",
                        this::check),
                HmpCommand.of("quit|q", "", "end the VM and its guest", this::quit));
    }

    private void stop(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        arguments.end();
        vm.stop();
    }

    private void cont(HmpArguments arguments, Console console) throws SyntaxException, MonitorException {
        arguments.end();
        vm.cont();
    }

    private void check(HmpArguments arguments, Console console) throws SyntaxException, MonitorException, IOException {
        arguments.end();
        GuestCheck check = vm.checkGuest();
        console.print("%s: %s\n".formatted(check.passed() ? "passed" : "FAILED", check.summary()));
    }

    private void quit(HmpArguments arguments, Console console) throws SyntaxException {
        arguments.end();
        vm.quit(ShutdownReason.HOST_UI);
    }
}
