package org.ramtracker.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.LinuxCalls;

/** Can this process run virtual machines? Numbers from {@code linux/kvm.h}. */
final class KvmProbe {
    private static final long KVM_GET_API_VERSION = 0xAE00;

    /** The only version since Linux 2.6.22. */
    private static final int API_VERSION = 12;

    private KvmProbe() {}

    static Probe probe(Path device) {
        if (!Files.exists(device)) {
            return Probe.unavailable("there is no " + device
                    + ": load the module kvm_intel or kvm_amd, or enable nested virtualization");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Probe.unavailable(device + " is not ours to open: join its group, which is kvm on most systems");
        }
        return Probe.of(() -> askVersion(device));
    }

    private static Probe askVersion(Path device) throws LibcException {
        try (FileHandle kvm = FileHandle.open(device.toString(), Libc.O_RDWR)) {
            int version = LinuxCalls.ioctl(kvm.fd(), KVM_GET_API_VERSION, 0);
            return version == API_VERSION
                    ? Probe.available("API version " + version)
                    : Probe.unavailable("its API version is " + version + " and not " + API_VERSION);
        }
    }
}
