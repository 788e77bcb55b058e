package org.ramtracker.sim.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.HumanMonitor;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.qmp.QmpServer;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Listener;

/** The monitors of a machine, which end together. */
final class Monitors implements AutoCloseable {
    private final ManagedVm vm;
    private final HumanMonitor human;
    private final List<ClientServer> servers = new ArrayList<>();

    Monitors(ManagedVm vm) {
        this.vm = vm;
        this.human = line -> "unknown command: '%s'%n".formatted(line);
    }

    /** Serves QMP, if it is wanted. */
    void serve(Endpoint.@Nullable Unix qmp) throws IOException {
        if (qmp != null) {
            servers.add(QmpServer.start(Listener.open(qmp), vm, human));
        }
    }

    @Override
    public void close() throws IOException {
        for (ClientServer server : servers) {
            server.close();
        }
    }
}
