package org.ramtracker.sim.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.hmp.Hmp;
import org.ramtracker.sim.monitor.hmp.HmpServer;
import org.ramtracker.sim.monitor.hmp.StdioMonitor;
import org.ramtracker.sim.monitor.qmp.QmpServer;
import org.ramtracker.sim.report.ProgressLine;
import org.ramtracker.sim.vmm.Endpoint;
import org.ramtracker.sim.vmm.Listener;

/** The monitors of a machine, which end together. */
final class Monitors implements AutoCloseable {
    private final ManagedVm vm;
    private final Hmp hmp;
    private final List<ClientServer> servers = new ArrayList<>();
    private @Nullable StdioMonitor stdio;

    Monitors(ManagedVm vm) {
        this.vm = vm;
        this.hmp = new Hmp(vm, stats -> ProgressLine.of(stats, false));
    }

    /** Serves QMP, for programs. */
    void serveQmp(Endpoint.Unix socket) throws IOException {
        servers.add(QmpServer.start(Listener.open(socket), vm, hmp));
    }

    /** Serves HMP, for people. */
    void serveHmp(Endpoint.Unix socket) throws IOException {
        servers.add(HmpServer.start(Listener.open(socket), hmp));
    }

    /** Serves HMP on the terminal. */
    void talk() throws IOException {
        stdio = StdioMonitor.start(hmp, ProgressPrinter.isTerminal(0) && ProgressPrinter.isTerminal(1));
    }

    @Override
    public void close() throws IOException {
        for (ClientServer server : servers) {
            server.close();
        }
        if (stdio != null) {
            stdio.close();
        }
    }
}
