package org.ramtracker.sim.monitor.qmp;

import java.util.Map;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;

/** Migrations: begin, watch, continue, cancel. */
final class MigrationCommands {
    private final ManagedVm vm;

    MigrationCommands(ManagedVm vm) {
        this.vm = vm;
    }

    void addTo(Map<String, QmpCommand> commands) {
        commands.put("migrate", this::migrate);
        commands.put("migrate-incoming", this::migrateIncoming);
        commands.put("migrate_cancel", this::cancel);
        commands.put("migrate-continue", this::proceed);
        commands.put("query-migrate", this::query);
    }

    private JsonNode migrate(Arguments arguments) throws MonitorException {
        String uri = arguments.string("uri");
        var ignored = arguments.optionalFlag("detach"); // QMP always detaches, in QEMU too
        boolean resume = arguments.optionalFlag("resume").orElse(false);
        arguments.end();
        if (resume) {
            throw new MonitorException("Cannot resume if there is no paused migration");
        }
        vm.migrate(uri);
        return QmpJson.object();
    }

    private JsonNode migrateIncoming(Arguments arguments) throws MonitorException {
        String uri = arguments.string("uri");
        boolean exitOnError = arguments.optionalFlag("exit-on-error").orElse(true);
        arguments.end();
        vm.migrateIncoming(uri, exitOnError);
        return QmpJson.object();
    }

    private JsonNode cancel(Arguments arguments) throws MonitorException {
        arguments.end();
        vm.cancelMigration();
        return QmpJson.object();
    }

    private JsonNode proceed(Arguments arguments) throws MonitorException {
        String name = arguments.string("state");
        MigrationStatus expected = MigrationStatus.named(name).orElseThrow(() -> arguments.notAccepted("state", name));
        arguments.end();
        vm.continueMigration(expected);
        return QmpJson.object();
    }

    private JsonNode query(Arguments arguments) throws MonitorException {
        arguments.end();
        return MigrationInfoJson.of(vm.migration());
    }
}
