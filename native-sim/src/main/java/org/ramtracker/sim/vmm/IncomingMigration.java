package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.memory.GuestMemory;

/**
 * A destination: loads a guest, compares it with its source if that wants it, lets it run on and check itself.
 *
 * <p>Errors: an {@link IOException} from any method means that the guest did not run here; the message says why in one line.
 */
public final class IncomingMigration {
    /** For tests: something that happens to memory between its arrival and the comparison. */
    interface Mishap {
        Mishap NONE = memory -> {};

        void befall(GuestMemory memory);
    }

    private final IncomingOptions options;
    private final Mishap mishap;
    private final LoadedGuest guest;
    private final MigrationTarget target;

    private IncomingMigration(IncomingOptions options, Mishap mishap, PreparedMemory prepared) {
        this.options = options;
        this.mishap = mishap;
        this.guest = new LoadedGuest(IncomingTerms.atMost(options.ramBytesMax()), prepared);
        this.target = MigrationTarget.creating(guest, options.ramBytesMax(), List.of(guest));
    }

    /**
     * Waits for one source and receives its guest.
     *
     * @param listener where; closed once a source has connected
     * @param options how
     * @return what came of it
     * @throws IOException if no guest may run here
     * @throws InterruptedException if the caller is interrupted while the guest runs on
     */
    public static IncomingResult fromSocket(Listener listener, IncomingOptions options)
            throws IOException, InterruptedException {
        return fromSocket(listener, options, () -> {});
    }

    /**
     * Waits for one source like {@link #fromSocket(Listener, IncomingOptions)}.
     *
     * @param whenReady told when memory is populated, as far as that is wanted, and a source may come
     */
    public static IncomingResult fromSocket(Listener listener, IncomingOptions options, Runnable whenReady)
            throws IOException, InterruptedException {
        try (PreparedMemory prepared = PreparedMemory.of(options.populateBytes())) {
            whenReady.run();
            return fromSocket(listener, options, Mishap.NONE, prepared);
        }
    }

    static IncomingResult fromSocket(Listener listener, IncomingOptions options, Mishap mishap)
            throws IOException, InterruptedException {
        return fromSocket(listener, options, mishap, PreparedMemory.NONE);
    }

    private static IncomingResult fromSocket(
            Listener listener, IncomingOptions options, Mishap mishap, PreparedMemory prepared)
            throws IOException, InterruptedException {
        try (SourceConnections source = SourceConnections.accept(listener, options.channels())) {
            listener.close();
            return new IncomingMigration(options, mishap, prepared).receive(source.main(), source.channels());
        }
    }

    /**
     * Waits for the next source and receives its guest; further ones may come after it.
     *
     * <p>Memory is populated first, as far as that is wanted, and nobody is told when it is. A source that connects meanwhile waits in the
     * listener's queue until it is accepted: its migration has begun, so what is left of populating counts in its total time.
     *
     * @param listener where; stays open
     * @param options how
     * @return what came of it
     * @throws IOException if the guest may not run here
     * @throws InterruptedException if the caller is interrupted while the guest runs on
     */
    public static IncomingResult fromNext(Listener listener, IncomingOptions options)
            throws IOException, InterruptedException {
        try (PreparedMemory prepared = PreparedMemory.of(options.populateBytes());
                SourceConnections source = SourceConnections.accept(listener, options.channels())) {
            return new IncomingMigration(options, Mishap.NONE, prepared).receive(source.main(), source.channels());
        }
    }

    /**
     * Reads a guest from a file.
     *
     * @param file what a migration to a file wrote
     * @param options how
     * @return what came of it
     * @throws IOException if it cannot be read or is not a guest of this program
     * @throws InterruptedException if the caller is interrupted while the guest runs on
     */
    public static IncomingResult fromFile(Path file, IncomingOptions options) throws IOException, InterruptedException {
        try (FileChannel stream = open(file)) {
            return new IncomingMigration(options, Mishap.NONE, PreparedMemory.NONE).read(stream, file.toString());
        }
    }

    static FileChannel open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory, not a migration");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) { // nobody could end the wait for a pipe's other side
            throw new IOException(file + ": is a device, a pipe or a socket; give the name of a file");
        }
        return FileChannel.open(file);
    }

    private IncomingResult receive(SocketChannel connection, List<SocketChannel> channels)
            throws IOException, InterruptedException {
        ProcessCosts before = ProcessCosts.soFar();
        MigrationResult loaded = target.receiveKeeping(connection, channels);
        ProcessCosts costs = ProcessCosts.soFar().since(before);
        try (SimulatedVm vm = guest.vm()) {
            if (loaded.whyNotCommitted() != null) {
                throw new IOException(loaded.whyNotCommitted());
            }
            mishap.befall(vm.memory());
            if (!guest.reportWanted()) {
                return new IncomingResult(List.of(), true, Optional.of(startAndCheck(vm)), Optional.empty());
            }
            try (Peer peer = new Peer(connection)) {
                return runOn(vm, new ComparisonReply(peer, vm.memory()), costs);
            }
        }
    }

    private IncomingResult runOn(SimulatedVm vm, ComparisonReply reply, ProcessCosts costs)
            throws IOException, InterruptedException {
        List<BlockDigest> digests = List.of();
        if (guest.comparisonWanted()) {
            digests = BlockDigest.ofBlocks(vm.memory());
            if (!reply.isAccepted(digests)) {
                return new IncomingResult(digests, false, Optional.empty(), Optional.empty());
            }
        }
        SelfCheckResult check = startAndCheck(vm);
        reply.report(check, costs);
        return new IncomingResult(digests, true, Optional.of(check), reply.sourceLost());
    }

    private IncomingResult read(FileChannel stream, String name) throws IOException, InterruptedException {
        MigrationResult loaded = target.receive(stream, name);
        try (SimulatedVm vm = guest.vm()) {
            List<BlockDigest> digests = BlockDigest.ofBlocks(loaded.memory());
            return new IncomingResult(digests, true, Optional.of(startAndCheck(vm)), Optional.empty());
        }
    }

    private SelfCheckResult startAndCheck(SimulatedVm vm) throws IOException, InterruptedException {
        vm.guest().start();
        return vm.runOnAndCheck(options.runFor());
    }
}
