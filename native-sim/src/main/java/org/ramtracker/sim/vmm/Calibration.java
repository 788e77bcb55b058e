package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.ramtracker.forecast.MachineModel;
import org.ramtracker.live.MigrationResult;
import org.ramtracker.live.MigrationTarget;
import org.ramtracker.live.StreamRamSink;
import org.ramtracker.memory.Backing;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;
import org.ramtracker.migrate.RamSink;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a migration costs this machine, measured by making some: {@value #NORMAL_MIB} MiB of random pages and as many zero pages
 * over the loopback interface, from one thread to another. Whatever else the machine does can only make it look slower, so the
 * best figure of all counts. A page is one of 4 KiB.
 *
 * @param loopbackBytesPerSecond what a stream of normal pages came to, with everything counted
 * @param normalPageNanos looking at a page that travels whole, and copying it
 * @param duplicatePageNanos looking at a zero page
 * @param populatedPageNanos finding memory for a page, where much is populated at once, in huge pages
 * @param loadNanos from the last byte to the destination's word
 * @param switchoverNanos the downtime of a guest that left nothing to send, moved to another process
 * @param restBytesPerSecond how fast pages go to that process while the guest stands still
 */
public record Calibration(
        long loopbackBytesPerSecond,
        double normalPageNanos,
        double duplicatePageNanos,
        double populatedPageNanos,
        long loadNanos,
        long switchoverNanos,
        long restBytesPerSecond) {
    /**
     * How long memory that is free stays with a machine that is itself a guest, and some: Linux reports free pages to the host after
     * two seconds ({@code PAGE_REPORTING_DELAY}, mm/page_reporting.c).
     */
    public static final Duration FREE_PAGES_GONE = Duration.ofSeconds(3);

    /** Figures that lack one, or have another, are those of a version that measured something else. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private static final int NORMAL_MIB = 64;
    private static final long HALF_BYTES = (long) NORMAL_MIB << 20;
    private static final int ATTEMPTS = 3;
    private static final long POLL_NANOS = 20_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a figure is negative, infinite or no number
     */
    public Calibration {
        double[] all = {
            loopbackBytesPerSecond,
            normalPageNanos,
            duplicatePageNanos,
            populatedPageNanos,
            loadNanos,
            switchoverNanos,
            restBytesPerSecond
        };
        if (!Arrays.stream(all).allMatch(figure -> figure >= 0 && figure < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a calibration with a figure that is negative, infinite or no number: " + Arrays.toString(all));
        }
    }

    /**
     * The model of this machine; a trace knows better how long its guest's syncs take.
     *
     * @return its costs, with syncs that take no time
     */
    public MachineModel machine() {
        return new MachineModel(normalPageNanos, duplicatePageNanos, populatedPageNanos, 0, 0, 0, switchoverNanos);
    }

    /**
     * Measures several times.
     *
     * @param destination of guests that are moved to another process, one after the other
     * @param freePagesGone how long to wait before each of five pieces of memory is populated, so that what is free goes back to the host:
     *     {@link #FREE_PAGES_GONE}, or none where the figures do not matter
     * @return the figures
     * @throws IOException if the machine has no loopback interface, or not enough memory
     * @throws InterruptedException if the thread was interrupted
     */
    public static Calibration measure(Endpoint destination, Duration freePagesGone)
            throws IOException, InterruptedException {
        Calibration best = measureOnce();
        for (int more = 1; more < ATTEMPTS; more++) {
            best = best.bestOf(measureOnce());
        }
        SwitchoverTrial trial = SwitchoverTrial.run(destination);
        return new Calibration(
                best.loopbackBytesPerSecond,
                best.normalPageNanos,
                best.duplicatePageNanos,
                NewMemoryTrial.pageNanos(freePagesGone),
                best.loadNanos,
                trial.fixedNanos(),
                trial.restBytesPerSecond());
    }

    private Calibration bestOf(Calibration other) {
        return new Calibration(
                Math.max(loopbackBytesPerSecond, other.loopbackBytesPerSecond),
                Math.min(normalPageNanos, other.normalPageNanos),
                Math.min(duplicatePageNanos, other.duplicatePageNanos),
                0,
                Math.min(loadNanos, other.loadNanos),
                0,
                0);
    }

    private static Calibration measureOnce() throws IOException, InterruptedException {
        try (GuestMemory source = memory();
                GuestMemory destination = memory();
                ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            fillHalf(source);
            destination.populate();
            FutureTask<MigrationResult> received = new FutureTask<>(
                    () -> MigrationTarget.into(destination, List.of()).receive(listener.accept()));
            Thread.ofPlatform().daemon().name("calibration").start(received);
            SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
            Calibration measured = send(
                    StreamRamSink.builder(source, SystemNanoClock.INSTANCE).toSocket(channel),
                    source.blocks().getFirst());
            await(received);
            return measured;
        }
    }

    private static GuestMemory memory() throws IOException {
        return GuestMemory.builder(PageSize.KIB_4)
                .block("ram", 0, 2 * HALF_BYTES, new Backing.Anonymous())
                .build();
    }

    private static void fillHalf(GuestMemory memory) throws IOException {
        memory.populate();
        byte[] random = new byte[1 << 20];
        new SplittableRandom(1).nextBytes(random);
        for (long offset = 0; offset < HALF_BYTES; offset += random.length) {
            MemorySegment.copy(
                    MemorySegment.ofArray(random), 0, memory.blocks().getFirst().segment(), offset, random.length);
        }
    }

    private static Calibration send(RamSink sink, RamBlock block) throws IOException {
        long half = block.pages() / 2;
        poll(sink::begin);
        long begun = System.nanoTime();
        double normalNanos = meanPageNanos(sink, block, 0, half);
        poll(sink::flush);
        long bytesPerSecond = (long) (HALF_BYTES * NANOS_PER_SECOND / (System.nanoTime() - begun));
        double duplicateNanos = meanPageNanos(sink, block, half, half);
        poll(sink::flush);
        long sent = System.nanoTime();
        poll(sink::finish);
        long loadNanos = System.nanoTime() - sent;
        poll(sink::commit);
        return new Calibration(bytesPerSecond, normalNanos, duplicateNanos, 0, loadNanos, 0, 0);
    }

    private interface Polled {
        boolean isDone() throws IOException;
    }

    private static void poll(Polled step) throws IOException {
        while (!step.isDone()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** What looking at a page costs on average, while the destination is busy as well. */
    private static double meanPageNanos(RamSink sink, RamBlock block, long firstPage, long pages) throws IOException {
        long before = sink.scanNanos();
        offer(sink, block, firstPage, pages);
        return (sink.scanNanos() - before) / (double) pages;
    }

    private static void offer(RamSink sink, RamBlock block, long firstPage, long pages) throws IOException {
        for (long taken = 0; taken < pages; ) {
            long more = sink.offer(block, firstPage + taken, pages - taken);
            taken += more;
            if (more == RamSink.BACK_PRESSURED) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static void await(FutureTask<MigrationResult> received) throws IOException, InterruptedException {
        try {
            received.get();
        } catch (ExecutionException e) {
            throw new IOException("calibrating: " + Failures.reason(e), e);
        }
    }

    /**
     * Where this user's figures are kept.
     *
     * @return {@code $XDG_CACHE_HOME/ramtracker/calibration.json}, or the same below {@code ~/.cache}
     */
    public static Path defaultFile() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path directory =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return directory.resolve("ramtracker").resolve("calibration.json");
    }

    /**
     * Keeps the figures for later forecasts.
     *
     * @param file where; what was there is replaced
     * @throws IOException if it cannot be written
     */
    public void store(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, MAPPER.writeValueAsString(this));
    }

    /**
     * Reads figures that were kept.
     *
     * @param file where
     * @return the figures; empty if there are none
     * @throws IOException if the file cannot be read, or holds something else
     */
    public static Optional<Calibration> load(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw refused(file, null);
        }
        try {
            @Nullable Calibration kept = MAPPER.readValue(Files.readString(file), Calibration.class);
            if (kept == null) {
                throw refused(file, null);
            }
            return Optional.of(kept);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException | CharacterCodingException e) {
            throw refused(file, e);
        }
    }

    private static IOException refused(Path file, @Nullable Exception cause) {
        return new IOException(
                "%1$s: no calibration, or not one of this version; remove it, or measure again with 'ramtracker forecast --calibrate --calibration %1$s'"
                        .formatted(file),
                cause);
    }
}
