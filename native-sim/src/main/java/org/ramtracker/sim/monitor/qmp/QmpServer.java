package org.ramtracker.sim.monitor.qmp;

import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ClientSource;
import org.ramtracker.sim.monitor.HumanMonitor;
import org.ramtracker.sim.monitor.ManagedVm;

/** Serves QMP over a socket, to each client with a negotiation of its own. */
public final class QmpServer {
    private QmpServer() {}

    /**
     * Begins to serve.
     *
     * @param source where clients come in; closed with the server
     * @param vm what they manage
     * @param human what runs {@code human-monitor-command}
     * @return the server
     */
    public static ClientServer start(ClientSource source, ManagedVm vm, HumanMonitor human) {
        QmpCommands commands = new QmpCommands(vm, human);
        return ClientServer.start("qmp", source, client -> new QmpSession(client, vm, commands));
    }
}
