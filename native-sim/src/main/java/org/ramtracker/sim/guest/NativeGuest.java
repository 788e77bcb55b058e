package org.ramtracker.sim.guest;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ramtracker.libc.MachineCode;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/**
 * A guest whose threads write in machine code, at full speed and without marks, so that only the kernel can say which pages are
 * dirty. It checks each page before it writes it again: the ledger of what it wrote is at the start of its memory and
 * moves with it. The whole state of the guest, its memory aside, is the number of steps that each thread made.
 */
final class NativeGuest extends PacedGuest {
    private final Arena arena;

    private NativeGuest(
            GuestPlan plan, GuestState state, List<NativeSteps> makers, Ledger ledger, GuestLog log, Arena arena) {
        super(plan, new PauseGate(), state, makers, Optional.of(ledger), log);
        this.arena = arena;
    }

    /**
     * A new guest, not yet started. Fills its memory.
     *
     * @throws IOException if this host cannot run the guest's code
     */
    static NativeGuest create(GuestSpec spec, GuestMemory memory) throws IOException {
        GuestPlan plan = GuestPlan.of(spec, memory, layout(memory));
        NativeGuest guest = of(plan, GuestState.initial(spec));
        plan.fill().fillAll(plan.layout());
        return guest;
    }

    /**
     * A guest that goes on where another one was saved, not yet started. Does not touch the memory.
     *
     * @throws IOException if this host cannot run the guest's code
     */
    static NativeGuest load(GuestState state, GuestMemory memory) throws IOException {
        return of(GuestPlan.of(state.spec(), memory, layout(memory)), state);
    }

    /** The ledger goes first. It is as long as if all pages were written, which saves solving for its length. */
    private static PageLayout layout(GuestMemory memory) {
        return new PageLayout(memory, pagesFor(memory, Ledger.lengthBytesFor(new PageLayout(memory).pages())));
    }

    private static long pagesFor(GuestMemory memory, long lengthBytes) {
        return memory.pageSize().pageOf(lengthBytes + memory.pageSize().bytes() - 1);
    }

    private static NativeGuest of(GuestPlan plan, GuestState state) throws IOException {
        requireProcessor();
        Arena arena = Arena.ofShared();
        try {
            Ledger ledger = new Ledger(
                    plan.memory().blocks().getFirst(),
                    0,
                    Ledger.lengthBytesFor(plan.layout().pages()));
            MachineCode code = MachineCode.load(GuestProgram.makeStepsCode(), arena);
            List<NativeSteps> makers = makers(plan, code, ledger, arena);
            return new NativeGuest(plan, state, makers, ledger, GuestLog.ofPagemap(plan.memory()), arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static void requireProcessor() throws IOException {
        String architecture = System.getProperty("os.arch");
        if (!architecture.equals("amd64")) {
            throw new IOException("native guests run on x86-64 only, this is %s; choose a guest of Java threads"
                    .formatted(architecture));
        }
    }

    private static List<NativeSteps> makers(GuestPlan plan, MachineCode code, Ledger ledger, Arena arena) {
        List<NativeSteps> makers = new ArrayList<>();
        for (int thread = 0; thread < plan.spec().threads(); thread++) {
            MemorySegment control = arena.allocate(ControlBlock.BYTES, Long.BYTES);
            ControlBlock.fill(
                    control,
                    plan,
                    thread,
                    NativeGuest::hostAddress,
                    ledger.segment().address());
            makers.add(new NativeSteps(code, control, ledger, plan.layout()));
        }
        return makers;
    }

    private static long hostAddress(RamBlock block) {
        return block.segment().address();
    }

    @Override
    void free() {
        arena.close();
    }
}
