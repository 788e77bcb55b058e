package org.ramtracker.sim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ramtracker.libc.MachineCode;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.PageSize;
import org.ramtracker.memory.RamBlock;

/** The program in machine code: its encoding is that of its source, and it does what the guest in Java does. */
class GuestProgramTest {
    private static final long SEED = 5;
    private static final int STEPS = 3000;

    @TempDir
    private Path directory;

    @Test
    void theEncodingIsThatOfTheSource() throws Exception {
        assumeTrue(isInstalled("as") && isInstalled("objcopy"), "as and objcopy (binutils) are not installed");
        Path source = directory.resolve("guest.s");
        try (InputStream in = GuestProgram.class.getResourceAsStream("guest.s")) {
            assertThat(in).isNotNull();
            Files.copy(in, source);
        }
        run("as", "-o", "guest.o", "guest.s");
        run("objcopy", "-O", "binary", "-j", ".text", "guest.o", "guest.bin");

        assertThat(HexFormat.of().formatHex(GuestProgram.code()))
                .as("guest.hex; guest.s says how to renew it")
                .isEqualTo(HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("guest.bin"))));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
    }

    private static boolean isInstalled(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    @Test
    void theProgramFitsIntoItsPageAndHasItsEntries() {
        byte[] code = GuestProgram.code();
        assertThat(code).hasSizeBetween(64, 4096);
        assertThat(HexFormat.of().formatHex(code, 0, 4))
                .as("a vCPU begins with cmp r12, [rdi+8]")
                .isEqualTo("4c3b6708");
        assertThat(code[16]).as("the function begins with push rbx").isEqualTo((byte) 0x53);
        assertThat(GuestProgram.makeStepsCode()).hasSize(code.length - 16).startsWith(0x53);
    }

    @ParameterizedTest
    @EnumSource(value = GuestKind.class, mode = EnumSource.Mode.EXCLUDE, names = "IDLE")
    void itWritesWhatTheGuestInJavaWrites(GuestKind kind) throws Exception {
        Hosts.require(GuestEngine.NATIVE);
        for (PageSize pageSize : List.of(PageSize.KIB_4, new PageSize(14))) {
            GuestSpec spec = new GuestSpec(kind, 0, FillKind.MIXED, SEED, 2, GuestEngine.NATIVE);
            try (GuestMemory memory = Memories.several(pageSize);
                    GuestMemory byJava = Memories.likeOf(memory);
                    Arena arena = Arena.ofConfined()) {
                PageLayout layout = new PageLayout(memory, 1);
                Replay java = new Replay(spec, byJava, new PageLayout(byJava, 1)).allStepTo(STEPS);
                GuestPlan plan = GuestPlan.of(spec, memory, layout);
                plan.fill().fillAll(layout);
                Ledger ledger = ledger(memory, layout);
                for (NativeSteps maker : makers(plan, ledger, arena)) {
                    assertThat(maker.make(0, STEPS / 3)).isEqualTo(STEPS / 3);
                    assertThat(maker.make(STEPS / 3, STEPS - STEPS / 3)).isEqualTo(STEPS);
                }
                ledger.segment().fill((byte) 0);
                assertThat(Memories.equal(memory, byJava))
                        .as("%s %s", kind, pageSize)
                        .isTrue();
                assertThat(java.check().isGood()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StalePlace.class)
    void itStopsAtAPageThatIsNotAsItWasLeft(StalePlace place) throws Exception {
        Hosts.require(GuestEngine.NATIVE);
        GuestSpec spec = new GuestSpec(GuestKind.SWEEP, 0, FillKind.MIXED, SEED, 1, GuestEngine.NATIVE);
        try (GuestMemory memory = Memories.single(PageSize.KIB_4, 11);
                Arena arena = Arena.ofConfined()) {
            PageLayout layout = new PageLayout(memory, 1);
            GuestPlan plan = GuestPlan.of(spec, memory, layout);
            NativeSteps maker = makers(plan, ledger(memory, layout), arena).getFirst();
            assertThat(maker.make(0, 10)).isEqualTo(10);
            long stamp = plan.stamps().stamp(0, 7);
            RamBlock block = memory.blocks().getFirst();
            block.segment().set(Stamps.WORD, 8 * 4096 + place.offsetBytes(plan.stamps(), stamp), 0x1234);

            assertThat(maker.make(10, 7)).as("the pages before it").isEqualTo(17);
            assertThatThrownBy(() -> maker.make(17, 5))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the guest found block pc.ram page 8 not as it was left: "
                            + "0x0000000000001234 instead of 0x%016x".formatted(stamp));
        }
    }

    enum StalePlace {
        FIRST,
        SLOT,
        LAST;

        int offsetBytes(Stamps stamps, long stamp) {
            return switch (this) {
                case FIRST -> 0;
                case SLOT -> stamps.slotOffsetBytes(stamp);
                case LAST -> stamps.lastOffsetBytes();
            };
        }
    }

    private static Ledger ledger(GuestMemory memory, PageLayout layout) {
        return new Ledger(memory.blocks().getFirst(), 0, Ledger.lengthBytesFor(layout.pages()));
    }

    private static List<NativeSteps> makers(GuestPlan plan, Ledger ledger, Arena arena) throws IOException {
        MachineCode code = MachineCode.load(GuestProgram.makeStepsCode(), arena);
        return plan.patterns().stream()
                .map(pattern -> {
                    MemorySegment control = arena.allocate(ControlBlock.BYTES, Long.BYTES);
                    ControlBlock.fill(
                            control,
                            plan,
                            pattern.thread(),
                            block -> block.segment().address(),
                            ledger.segment().address());
                    return new NativeSteps(code, control, ledger, plan.layout());
                })
                .toList();
    }
}
