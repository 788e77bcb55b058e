package org.ramtracker.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.memory.PageSize;
import org.ramtracker.scan.DirtyScanner;
import org.ramtracker.sim.guest.ReplaySource;
import org.ramtracker.sim.vmm.SimulatedVm;
import org.ramtracker.sim.vmm.VmSpec;
import org.ramtracker.trace.CompressionSample;
import org.ramtracker.trace.DirtyTraceWriter;
import org.ramtracker.trace.TraceBlock;
import org.ramtracker.trace.TraceLayout;

/**
 * A sync of the dirty log and a scan of what it found, every 10 ms, while a recorded trace is played back beside it: the same
 * load every time. {@code -p trace=FILE} takes a trace of yours.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 100)
@Measurement(iterations = 200)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.VECTOR_API, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE_MEMORY})
public class ReplayLoadBenchmark {
    private static final String MADE_UP = "made-up";
    private static final int RAM_PAGES = 1 << 15;
    /** A machine of the simulator has them. */
    private static final int GRAPHICS_PAGES = 1 << 12;

    private static final long GRAPHICS_ADDRESS = 0xfd00_0000L;
    private static final int EPOCHS = 100;
    private static final int PAGES_AN_EPOCH = 1200;
    private static final long EPOCH_NANOS = 50_000_000;
    private static final long BETWEEN_MILLIS = 10;

    /** A trace, or {@code made-up}: 1200 pages of 128 MiB at random in each of 100 epochs of 50 ms. */
    @Param(MADE_UP)
    public String trace = MADE_UP;

    /** How fast it is played. */
    @Param({"1", "10"})
    public double speed;

    private Path directory;
    private SimulatedVm vm;
    private DirtyLog log;
    private PageBitmap pending;
    private DirtyScanner scanner;

    /** Boots the guest that plays the trace. */
    @Setup
    public void boot() throws IOException {
        directory = Files.createTempDirectory("replay");
        Path played = trace.equals(MADE_UP) ? made(directory.resolve("made-up")) : Path.of(trace);
        vm = SimulatedVm.boot(VmSpec.replaying(new ReplaySource(played, speed), 1, Optional.empty()));
        log = vm.guest().dirtyLog();
        pending = new PageBitmap(vm.memory().pages());
        scanner = new DirtyScanner(pending);
        log.start();
    }

    private static Path made(Path file) throws IOException {
        TraceLayout layout = new TraceLayout(
                PageSize.KIB_4,
                List.of(
                        new TraceBlock("pc.ram", 0, 0, RAM_PAGES),
                        new TraceBlock("vga.vram", GRAPHICS_ADDRESS, RAM_PAGES, GRAPHICS_PAGES)));
        SplittableRandom random = new SplittableRandom(1);
        try (DirtyTraceWriter writer = DirtyTraceWriter.create(file, layout, EPOCH_NANOS, 0);
                PageBitmap none = new PageBitmap(layout.pages())) {
            writer.begin(none, none, new CompressionSample(0, 0, 0));
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (int i = 0; i < PAGES_AN_EPOCH; i++) {
                    writer.pages().add(random.nextInt(RAM_PAGES), 1);
                }
                writer.append(EPOCH_NANOS, 0);
            }
        }
        return file;
    }

    /** Lets the guest write. */
    @Setup(Level.Invocation)
    public void wait10Millis() throws InterruptedException {
        pending.clear();
        Thread.sleep(BETWEEN_MILLIS);
    }

    /** Ends the guest. */
    @TearDown
    public void close() throws IOException {
        log.stop();
        pending.close();
        vm.close();
        Files.deleteIfExists(directory.resolve("made-up"));
        Files.delete(directory);
    }

    /** Fetches the dirty pages and walks their runs. */
    @Benchmark
    public long harvestAndScan() {
        long sum = log.sync(pending);
        long page = 0;
        while (scanner.next(page, pending.pages())) {
            sum += scanner.runFirstPage();
            page = scanner.runFirstPage() + scanner.runPages();
        }
        return sum;
    }
}
