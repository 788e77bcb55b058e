package org.ramtracker.sim.monitor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.migrate.MigrationStatus;

/**
 * A running machine as its managers see it.
 *
 * <p>Threads: everything may be called from any thread.
 *
 * <p>Guarantees: a command that was refused with a {@link MonitorException} has changed nothing. Migrations go on in the
 * background: {@link #migrate} and {@link #migrateIncoming} return once they are under way, {@link #migration} tells the rest.
 *
 * <p>Progress: nothing here waits for a migration, a connection or a file. {@link #stop} waits for the guest to stand
 * still, and {@link #checkGuest} for its check.
 */
public interface ManagedVm {
    /**
     * What {@code --name} said.
     *
     * @return the name
     */
    String name();

    /**
     * What it is doing.
     *
     * @return the state now
     */
    RunState runState();

    /**
     * Stops the guest, now or as soon as it has arrived. During a migration this makes it converge: nothing gets dirty any
     * more, and the guest stays stopped at the destination. Twice is harmless.
     *
     * @throws MonitorException if the guest was given up, or does not stop
     */
    void stop() throws MonitorException;

    /**
     * Lets the guest run, now or as soon as it has arrived. Twice is harmless.
     *
     * @throws MonitorException if the guest was given up to a destination that runs it, or may run it
     */
    void cont() throws MonitorException;

    /**
     * Begins to migrate the guest away.
     *
     * @param uri {@code tcp:HOST:PORT}, {@code unix:PATH} or {@code file:PATH}
     * @throws MonitorException if the address is none, a migration runs already, or there is no guest to migrate
     */
    void migrate(String uri) throws MonitorException;

    /**
     * Begins to wait for a guest; for a machine that was started with {@code --incoming defer}.
     *
     * @param uri {@code tcp:HOST:PORT}, {@code unix:PATH} or {@code file:PATH}
     * @param exitOnError whether the machine ends if no guest arrives; otherwise it can be told to wait again
     * @throws MonitorException if the address is none or cannot be listened on, or the machine does not wait for a guest
     */
    void migrateIncoming(String uri, boolean exitOnError) throws MonitorException;

    /** Asks the outgoing migration to end without success. Does nothing if there is none, or the guest was given up already. */
    void cancelMigration();

    /**
     * Lets a migration go on that waits before its switchover.
     *
     * @param expected the state that the caller believes it is in
     * @throws MonitorException if it is in another one
     */
    void continueMigration(MigrationStatus expected) throws MonitorException;

    /**
     * What is set.
     *
     * @return the values for the next migration, and of a running one
     */
    MigrationParameters parameters();

    /**
     * What is set about the form in which pages travel.
     *
     * @return the values for the next migration
     */
    TransferParameters transferParameters();

    /**
     * Changes what is set: for a running migration as well, but for the form in which its pages travel.
     *
     * @param changes the new values
     * @throws MonitorException if one is out of its range, or a migration runs that would need it otherwise
     */
    void changeParameters(ParameterChanges changes) throws MonitorException;

    /**
     * What is switched on.
     *
     * @return the capabilities
     */
    Set<MigrationCapability> capabilities();

    /**
     * Switches capabilities on and off.
     *
     * @param changes true = on; those that are not named stay as they are
     * @throws MonitorException if a migration runs, or some do not go together
     */
    void changeCapabilities(Map<MigrationCapability, Boolean> changes) throws MonitorException;

    /**
     * The current or last migration.
     *
     * @return its figures now
     */
    MigrationInfo migration();

    /**
     * The guest's RAM.
     *
     * @return its blocks; none before a guest has arrived
     */
    List<RamBlockInfo> ramBlocks();

    /**
     * The live counters, as in the counters file.
     *
     * @return all of them
     */
    List<CounterValue> counters();

    /**
     * Stops the guest for as long as it takes to look at all of its memory, and lets it go on if it was running.
     *
     * @return what it found
     * @throws MonitorException if there is no guest, or a migration runs
     */
    GuestCheck checkGuest() throws MonitorException;

    /**
     * Begins to measure how fast the guest dirties memory.
     *
     * @param request what and how long
     * @throws MonitorException if it cannot be measured so, or a measurement runs already
     */
    void calcDirtyRate(DirtyRateRequest request) throws MonitorException;

    /**
     * The last such measurement.
     *
     * @return how far it is
     */
    DirtyRateInfo dirtyRate();

    /**
     * Hears of everything that happens from now on.
     *
     * @param listener called on the thread on which it happens, in order; hands over and returns
     * @return ends the subscription; twice is harmless
     */
    Subscription subscribe(Consumer<VmEvent> listener);

    /**
     * Ends the machine: whatever migrates is cancelled, guest and sockets go. Returns at once; twice is harmless.
     *
     * @param reason for the SHUTDOWN event
     */
    void quit(ShutdownReason reason);
}
