package org.ramtracker.sim.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ramtracker.dirty.DirtyBitmap;
import org.ramtracker.dirty.TrackedWriter;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.sim.kvm.KvmVm;
import org.ramtracker.sim.kvm.VcpuRegisters;

/**
 * A guest on the vCPUs of a real virtual machine. Each runs {@link GuestProgram} at privilege level 3 of 64-bit mode, in
 * batches that end with an OUT; its thread then looks whether it shall pause, sleep or end. So no signal is needed to get a
 * vCPU out of KVM_RUN. The state of the guest, its memory aside, is the registers of each vCPU and how far it got.
 *
 * <p>What the program needs is in guest memory ({@link KvmMap}) and moves as ordinary pages.
 */
final class KvmGuest extends PacedGuest {
    private final KvmVm vm;
    private final KvmImageCheck imageCheck;

    private KvmGuest(GuestPlan plan, PauseGate gate, GuestState state, KvmMachine machine, List<KvmSteps> makers) {
        super(plan, gate, state, makers, Optional.of(machine.map().ledger(plan.layout())), machine.log());
        this.vm = machine.vm();
        this.imageCheck = new KvmImageCheck(machine.map(), plan);
    }

    /**
     * A new guest, not yet started. Fills its memory, and puts its program there.
     *
     * @throws IOException with the reason in words if this host cannot run it
     * @throws IllegalArgumentException if it does not fit into the memory
     */
    static KvmGuest create(GuestSpec spec, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        KvmMap map = new KvmMap(memory, spec.threads());
        GuestPlan plan = GuestPlan.of(spec, memory, map.layout());
        KvmGuest guest = of(plan, GuestState.initial(spec), KvmMachine.create(map, plan, source, marks), marks);
        try {
            guest.setInitialRegisters(map);
            map.writeImage(map.home().segment().asSlice(0, map.imageBytes()), plan);
            plan.fill().fillAll(plan.layout());
            return guest;
        } catch (IOException | RuntimeException e) {
            guest.close();
            throw e;
        }
    }

    /**
     * A guest that goes on where another one was saved, not yet started. Does not touch the memory.
     *
     * @throws GuestStateException if KVM refuses its registers, or they do not fit to the rest of the state
     * @throws IOException with the reason in words if this host cannot run it
     */
    static KvmGuest load(GuestState state, DirtySource source, GuestMemory memory, DirtyBitmap marks)
            throws IOException {
        GuestSpec spec = state.spec();
        KvmMap map = new KvmMap(memory, spec.threads());
        GuestPlan plan = GuestPlan.of(spec, memory, map.layout());
        KvmGuest guest = of(plan, state, KvmMachine.create(map, plan, source, marks), marks);
        try {
            guest.loadRegisters(state);
            return guest;
        } catch (IOException e) {
            guest.close();
            throw e;
        }
    }

    private static KvmGuest of(GuestPlan plan, GuestState state, KvmMachine machine, DirtyBitmap marks) {
        TrackedWriter device = new TrackedWriter(marks);
        List<KvmSteps> makers = IntStream.range(0, plan.spec().threads())
                .mapToObj(number -> new KvmSteps(
                        machine.vm().vcpus().get(number),
                        number,
                        machine.map(),
                        plan.layout(),
                        device,
                        machine.onRingFull()))
                .toList();
        return new KvmGuest(plan, new PauseGate(), state, machine, makers);
    }

    private void setInitialRegisters(KvmMap map) throws IOException {
        VcpuRegisters registers = VcpuRegisters.allocate();
        for (int number = 0; number < vm.vcpus().size(); number++) {
            vm.vcpus().get(number).readRegisters(registers);
            registers.setUserMode64(map.pageTableAddress(), map.taskStateAddress());
            registers.setProgram(map.programAddress(), map.stackEndAddress(number), map.controlAddress(number));
            vm.vcpus().get(number).writeRegisters(registers);
        }
    }

    private void loadRegisters(GuestState state) throws IOException {
        VcpuRegisters registers = VcpuRegisters.allocate();
        MemorySegment saved = MemorySegment.ofBuffer(state.registers());
        for (int number = 0; number < vm.vcpus().size(); number++) {
            registers.segment().copyFrom(saved.asSlice((long) number * VcpuRegisters.BYTES, VcpuRegisters.BYTES));
            long steps = state.threads().get(number).steps();
            if (registers.r12() != steps) {
                throw new GuestStateException(
                        "guest state: vCPU %d counts %d steps in its register and %d outside of it"
                                .formatted(number, registers.r12(), steps));
            }
            try {
                vm.vcpus().get(number).writeRegisters(registers);
            } catch (IOException e) {
                throw new GuestStateException(
                        "guest state: KVM refuses the registers of vCPU %d: %s".formatted(number, e.getMessage()));
            }
        }
    }

    @Override
    ByteBuffer registers() {
        ByteBuffer all = ByteBuffer.allocate(vm.vcpus().size() * VcpuRegisters.BYTES);
        VcpuRegisters registers = VcpuRegisters.allocate();
        for (int number = 0; number < vm.vcpus().size(); number++) {
            try {
                vm.vcpus().get(number).readRegisters(registers);
            } catch (IOException e) {
                throw new IllegalStateException(
                        "the registers of vCPU %d cannot be read: %s".formatted(number, e.getMessage()), e);
            }
            MemorySegment.ofBuffer(all)
                    .asSlice((long) number * VcpuRegisters.BYTES, VcpuRegisters.BYTES)
                    .copyFrom(registers.segment());
        }
        return all;
    }

    @Override
    List<BadPage> ownBadPages() {
        return imageCheck.badPages();
    }

    /** A program that does not end its batch, as one that arrived damaged, loses its memory. */
    @Override
    void forceOut() {
        try {
            vm.removeMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void free() {
        try {
            vm.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
