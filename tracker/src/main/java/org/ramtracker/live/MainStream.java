package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.stream.CommandDescriptor;
import org.ramtracker.stream.RamStreamWriter;

/**
 * The stream on its one connection, file or pipe: what is encoded and not yet written, and the PART section that is open.
 *
 * <p>Threads: one. Nothing allocates unless it fails.
 */
final class MainStream {
    /**
     * Enough that a write is worth its system call, little enough to stay in a core's cache. A forecast's {@code LinkSink} has as
     * much.
     */
    private static final int STAGING_BYTES_MIN = 1 << 20;

    /** More than everything but the block list that comes before the first page. */
    private static final int BEGINNING_BYTES_MAX = 1024;

    private static final long PART_NANOS_MAX = 100_000_000L;

    static final int PING_BYTES = CommandDescriptor.lengthBytes(Integer.BYTES);

    private final Outlet outlet;
    private final Staging staging;
    private final RamStreamWriter writer;
    private final Script script;
    private final @Nullable Milestones milestones;
    private final ByteBuffer pingPayload = ByteBuffer.allocate(Integer.BYTES);
    private boolean partOpen;
    private long partOpenedNanos;

    MainStream(GuestMemory memory, Outlet outlet) {
        this.outlet = outlet;
        int stagingBytes = stagingBytes(memory);
        this.staging = new Staging(stagingBytes);
        this.writer = new RamStreamWriter(staging.buffer(), memory.pageSize());
        this.script = new Script(writer, stagingBytes);
        this.milestones = outlet.milestones();
    }

    /** Room for two pages, so that one can be encoded while another waits, and for the block list. */
    private static int stagingBytes(GuestMemory memory) {
        int twoPages = 2 * RamStreamWriter.pageBytesMax(memory.pageSize()) + BEGINNING_BYTES_MAX;
        int beginning = RamStreamWriter.startRamBytes(memory.blocks()) + BEGINNING_BYTES_MAX;
        return Math.max(STAGING_BYTES_MIN, Math.max(twoPages, beginning));
    }

    RamStreamWriter writer() {
        return writer;
    }

    Outlet outlet() {
        return outlet;
    }

    Script script() {
        return script;
    }

    void open() throws IOException {
        try {
            outlet.open();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Opens a PART if none is open, another one if it is 100 ms old. There has to be room for ending and beginning one. */
    void openPart(long nowNanos) {
        if (partOpen && nowNanos - partOpenedNanos >= PART_NANOS_MAX) {
            closePart();
        }
        if (!partOpen) {
            writer.beginPart();
            partOpen = true;
            partOpenedNanos = nowNanos;
        }
    }

    void closePart() {
        if (partOpen) {
            writer.endSection();
            partOpen = false;
        }
    }

    /** Whether something so long fits into a section, with room to end it as well, so that ending it never has to wait. */
    boolean hasRoomFor(int recordBytes) {
        return writer.remaining()
                >= RamStreamWriter.beginSectionBytes() + recordBytes + 2 * RamStreamWriter.endSectionBytes();
    }

    int stagedBytes() {
        return staging.stagedBytes();
    }

    long drainedBytes() {
        return staging.drainedBytes();
    }

    /** What was encoded so far. */
    long encodedBytes() {
        return drainedBytes() + stagedBytes();
    }

    /** Whether a destination that can answer has given its first answer. */
    boolean isAnswered() {
        return milestones == null || milestones.isOpened();
    }

    /** Of so much that was sent, what is new since the destination was asked last how far it has come; 0 if it cannot be asked. */
    long bytesSinceMilestone(long sentBytes) {
        return milestones == null || !milestones.isOpened() ? 0 : sentBytes - milestones.lastBytes();
    }

    /** Whether the destination has answered all that it was asked. */
    boolean allMilestonesReached() {
        return milestones == null || milestones.allReached();
    }

    /** Asks the destination to say when it is here, between two sections and if there is room: so many bytes will have arrived. */
    void setMilestone(long arrivingBytes) {
        if (milestones != null && milestones.isOpened() && milestones.hasRoom() && writer.remaining() >= PING_BYTES) {
            pingPayload.putInt(0, milestones.set(arrivingBytes));
            writer.command(CommandDescriptor.PING, pingPayload.rewind());
        }
    }

    /** Of so much that was sent, what is not known to have arrived: everything until the first answer; 0 if nobody will ever tell. */
    long onItsWayBytes(long sentBytes) {
        return milestones == null ? 0 : Math.max(0, sentBytes - milestones.arrivedBytes());
    }

    /** Writes what is staged and listens to the destination; true if nothing is left. */
    boolean push() throws IOException {
        try {
            boolean empty = staging.drainTo(outlet);
            outlet.poll();
            return empty;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /**
     * Writes and pushes what is in the script; true if nothing is left. {@code lastBytesStaged} runs before the last bytes can
     * have arrived, because the answer to them may be quick.
     */
    boolean sendScript(Runnable lastBytesStaged) throws IOException {
        boolean staged = script.run();
        while (!staged && push()) {
            staged = script.run();
        }
        if (staged) {
            lastBytesStaged.run();
        }
        return staged && push();
    }

    boolean isConfirmed() throws IOException {
        try {
            return outlet.isConfirmed();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Writes what is staged, not listening any more, and ends in good order; false if something is left. */
    boolean end() throws IOException {
        try {
            if (!staging.drainTo(outlet)) {
                return false;
            }
            outlet.close();
            return true;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    void abort() {
        outlet.abort();
    }

    private IOException lost(IOException cause) {
        return new IOException(
                "stream to %s, after %d bytes: %s".formatted(outlet.name(), drainedBytes(), Reason.of(cause)), cause);
    }
}
