package org.ramtracker.sim.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import org.ramtracker.sim.report.OutputPlace;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Failures;

/** What can be said of a migration's target without connecting to it: a receiver may take one connection only. */
final class TargetCheck {
    private static final String REMEDY = "is 'ramtracker receive' running there?";

    private TargetCheck() {}

    /**
     * Refuses a target that no migration can reach, before a guest boots for it.
     *
     * @throws IOException if there is no such host, no such socket, or no place for such a file
     */
    static void require(Endpoint to) throws IOException {
        switch (to) {
            case Endpoint.Tcp tcp -> {
                var ignored = tcp.resolve();
            }
            case Endpoint.Unix(var socket) -> {
                if (!Files.exists(socket)) {
                    throw new IOException("there is no socket %s; %s".formatted(socket, REMEDY));
                }
            }
            case Endpoint.File(var file) -> OutputPlace.requireUsable(file);
        }
    }

    /** Why connecting failed, and what may help. */
    static String reason(IOException failure) {
        String why = Failures.reason(failure);
        return failure.getCause() instanceof ConnectException ? why + "; " + REMEDY : why;
    }
}
