package org.ramtracker.linux;

import java.io.IOException;
import org.ramtracker.dirty.DirtyLogContract;
import org.ramtracker.memory.GuestMemory;
import org.ramtracker.memory.RamBlock;

/** The contract for KVM's logs: the writes are stores of a guest. */
abstract class KvmLogContract extends DirtyLogContract {
    private static final int VCPUS = 2;

    private TinyVm vm;

    /** Entries of each vCPU's ring, 0 for a VM without rings. */
    int ringEntries() {
        return 0;
    }

    TinyVm vm() {
        return vm;
    }

    @Override
    protected void prepare(GuestMemory memory) throws IOException {
        vm = TinyVm.of(memory, VCPUS, ringEntries());
    }

    @Override
    protected void release() throws IOException {
        vm.close();
    }

    @Override
    protected void write(RamBlock block, long offsetBytes, long value) {
        int vcpu = (int) (Thread.currentThread().threadId() % VCPUS);
        vm.vcpu(vcpu).store(block.guestPhysicalAddress() + offsetBytes, value);
    }
}
