package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.TransferReport;

/**
 * A migration to a managed machine, in the background: waits for a source, loads its guest, and hands it over.
 *
 * <p>Threads: one of its own; everything may be called from any.
 */
final class IncomingJob {
    /** Who is told. Called on the job's thread. */
    interface Owner {
        void onStatus(MigrationStatus status);

        /**
         * The guest is here.
         *
         * @param mayRun false if it must not run before an operator says so
         */
        void onArrival(SimulatedVm vm, boolean mayRun);

        /** What the guest finds when it checks itself after running on. */
        SelfCheckResult check(Duration runFor) throws InterruptedException;

        /** It is over. */
        void onEnd(IncomingJob job);
    }

    private final Endpoint from;
    private final @Nullable Listener listener;
    private final LoadedGuest guest;
    private final MigrationTarget target;
    private final IntSupplier channelCount;
    private final boolean exitOnError;
    private final Owner owner;
    private final Thread thread;
    private MigrationStatus status = MigrationStatus.SETUP;
    private @Nullable String reason;
    private @Nullable SocketChannel connection;
    private boolean cancelled;
    private boolean over;

    private IncomingJob(
            Endpoint from,
            @Nullable Listener listener,
            IncomingTerms terms,
            IntSupplier channelCount,
            boolean exitOnError,
            Owner owner) {
        this.from = from;
        this.listener = listener;
        this.guest = new LoadedGuest(terms, PreparedMemory.NONE);
        this.target = MigrationTarget.creating(guest, terms.totalBytesMax(), List.of(guest));
        this.channelCount = channelCount;
        this.exitOnError = exitOnError;
        this.owner = owner;
        this.thread = Thread.ofPlatform().daemon().name("incoming").unstarted(this::run);
    }

    /**
     * Begins to listen, or to read a file.
     *
     * @param channelCount how many page channels a source brings, asked once it has connected
     * @throws IOException if nobody can listen there
     */
    static IncomingJob open(
            Endpoint from, IncomingTerms terms, IntSupplier channelCount, boolean exitOnError, Owner owner)
            throws IOException {
        Listener listener = switch (from) {
            case Endpoint.Tcp tcp -> Listener.open(tcp);
            case Endpoint.Unix unix -> Listener.open(unix);
            case Endpoint.File file -> null;
        };
        Endpoint at = listener == null ? from : listener.endpoint();
        return new IncomingJob(at, listener, terms, channelCount, exitOnError, owner);
    }

    void start() {
        owner.onStatus(MigrationStatus.SETUP);
        thread.start();
    }

    private void run() {
        try {
            receive();
        } catch (IOException | RuntimeException e) {
            fail(Failures.reason(e));
        } catch (InterruptedException e) {
            fail("interrupted");
        } finally {
            if (conclude()) {
                owner.onStatus(MigrationStatus.FAILED);
            }
            owner.onEnd(this);
        }
    }

    /** Who hears of a failure can begin again. */
    private synchronized boolean conclude() {
        over = true;
        if (status.isTerminal()) {
            return false;
        }
        status = MigrationStatus.FAILED;
        return true;
    }

    private void receive() throws IOException, InterruptedException {
        if (listener == null) {
            readFile(((Endpoint.File) from).path());
            return;
        }
        try (listener;
                SocketChannel source = accept(listener)) {
            List<SocketChannel> pageChannels =
                    SourceConnections.acceptChannels(listener, source, channelCount.getAsInt());
            listener.close();
            become(MigrationStatus.ACTIVE);
            ProcessCosts before = ProcessCosts.soFar();
            MigrationResult loaded = target.receiveKeeping(source, pageChannels);
            takeOver(source, loaded, ProcessCosts.soFar().since(before));
        }
    }

    private SocketChannel accept(Listener open) throws IOException {
        SocketChannel source = open.accept();
        synchronized (this) {
            connection = source;
            if (cancelled) {
                source.close();
            }
        }
        return source;
    }

    private void readFile(Path file) throws IOException {
        become(MigrationStatus.ACTIVE);
        try (FileChannel stream = IncomingMigration.open(file)) {
            MigrationResult ignored = target.receive(stream, file.toString());
        }
        arrive();
    }

    private void takeOver(SocketChannel source, MigrationResult loaded, ProcessCosts costs)
            throws IOException, InterruptedException {
        if (loaded.whyNotCommitted() != null) {
            owner.onArrival(guest.vm(), false);
            fail(loaded.whyNotCommitted());
        } else if (guest.reportWanted()) {
            arriveWithReport(source, costs);
        } else {
            arrive();
        }
    }

    private void arrive() {
        owner.onArrival(guest.vm(), true);
        become(MigrationStatus.COMPLETED);
    }

    /** The source is a {@code ramtracker migrate}, which wants to know what arrived, and has given the guest up. */
    private void arriveWithReport(SocketChannel source, ProcessCosts costs) throws IOException, InterruptedException {
        try (Peer peer = new Peer(source)) {
            ComparisonReply reply = new ComparisonReply(peer, guest.vm().memory());
            if (guest.comparisonWanted()
                    && !reply.isAccepted(BlockDigest.ofBlocks(guest.vm().memory()))) {
                owner.onArrival(guest.vm(), false);
                fail("the source found that the guest differs from what it sent: it is kept here, stopped");
                return;
            }
            arrive();
            reply.report(owner.check(MigrationOptions.RUN_FOR_DEFAULT), costs);
        }
    }

    private synchronized void fail(String why) {
        if (!status.isTerminal()) { // else the guest is here, whatever became of the report
            reason = why;
        }
    }

    private void become(MigrationStatus next) {
        synchronized (this) {
            status = next;
        }
        owner.onStatus(next);
    }

    synchronized MigrationInfo info() {
        Optional<String> listening =
                status == MigrationStatus.SETUP && listener != null ? Optional.of(from.toString()) : Optional.empty();
        return new MigrationInfo(
                MigrationInfo.Direction.INCOMING,
                status,
                Optional.empty(),
                TransferReport.NOTHING,
                Optional.ofNullable(reason),
                listening);
    }

    synchronized boolean isOver() {
        return over;
    }

    /** Whether a source is there; from then on it is settled how many channels it has. */
    synchronized boolean isConnected() {
        return connection != null && !over;
    }

    boolean exitsOnError() {
        return exitOnError;
    }

    /** Gives up waiting or receiving. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
            Closing.quietly(connection);
            if (status == MigrationStatus.SETUP) {
                thread.interrupt(); // it may wait for page channels
            }
        }
        Closing.quietly(listener);
    }

    /** Waits for the end. */
    void join() throws InterruptedException {
        thread.join();
    }
}
