package org.ramtracker.linux;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/** Can this process run virtual machines, and which logs of written pages do they have? */
final class KvmProbe {
    static final String DEVICE = "/dev/kvm";

    private static final int RING_ENTRIES = 4096;

    private KvmProbe() {}

    static Probe probe(Path device) {
        return withDevice(device, kvm -> Probe.available("API version " + KvmApi.API_VERSION));
    }

    /** The requests of {@code BY_GET} are as old as KVM. */
    static Probe probeLog(Path device, KvmDirtyLog.Clearing clearing) {
        return withDevice(device, kvm -> switch (clearing) {
            case BY_GET -> Probe.available("a bitmap for each memory slot, fetched and protected by one request");
            case BY_CLEAR ->
                KvmEnableCap.worth(kvm.fd(), KvmApi.KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2) > 0
                        ? Probe.available("a bitmap for each memory slot, protected in chunks")
                        : Probe.unavailable("KVM lacks the capability MANUAL_DIRTY_LOG_PROTECT2: it takes Linux 5.0");
        });
    }

    static Probe probeRing(Path device) {
        return withDevice(device, KvmProbe::tryRing);
    }

    private static Probe tryRing(FileHandle kvm) throws LibcException {
        int ringBytesMax = KvmEnableCap.worth(kvm.fd(), KvmApi.KVM_CAP_DIRTY_LOG_RING_ACQ_REL);
        if (ringBytesMax <= 0) {
            return Probe.unavailable("KVM lacks the capability DIRTY_LOG_RING_ACQ_REL: it takes Linux 6.1");
        }
        if (KvmEnableCap.worth(kvm.fd(), KvmApi.KVM_CAP_DIRTY_LOG_RING_WITH_BITMAP) > 0) {
            return Probe.unavailable(
                    "on this architecture KVM keeps a bitmap beside the rings, which is not supported");
        }
        mapRing(kvm);
        return Probe.available("up to %d entries a vCPU".formatted(ringBytesMax / KvmVcpuRing.ENTRY_BYTES));
    }

    private static void mapRing(FileHandle kvm) throws LibcException {
        try (FileHandle vm = new FileHandle(LinuxCalls.ioctl(kvm.fd(), KvmApi.KVM_CREATE_VM, 0))) {
            KvmDirtyRing.enable(vm.fd(), RING_ENTRIES);
            try (FileHandle vcpu = new FileHandle(LinuxCalls.ioctl(vm.fd(), KvmApi.KVM_CREATE_VCPU, 0));
                    Arena arena = Arena.ofConfined()) {
                KvmVcpuRing ignored = KvmVcpuRing.map(vcpu.fd(), RING_ENTRIES, Libc.pageSizeBytes(), arena);
            }
        }
    }

    @FunctionalInterface
    private interface Question {
        Probe ask(FileHandle kvm) throws LibcException;
    }

    private static Probe withDevice(Path device, Question question) {
        if (!Files.exists(device)) {
            return Probe.unavailable("there is no " + device
                    + ": load the module kvm_intel or kvm_amd, or enable nested virtualization");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Probe.unavailable(device + " is not ours to open: join its group, which is kvm on most systems");
        }
        return Probe.of(() -> {
            try (FileHandle kvm = FileHandle.open(device.toString(), Libc.O_RDWR)) {
                return askIfVersionFits(kvm, question);
            }
        });
    }

    private static Probe askIfVersionFits(FileHandle kvm, Question question) throws LibcException {
        int version = LinuxCalls.ioctl(kvm.fd(), KvmApi.KVM_GET_API_VERSION, 0);
        return version == KvmApi.API_VERSION
                ? question.ask(kvm)
                : Probe.unavailable("its API version is " + version + " and not " + KvmApi.API_VERSION);
    }
}
