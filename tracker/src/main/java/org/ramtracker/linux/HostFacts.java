package org.ramtracker.linux;

import java.nio.file.Path;
import java.util.List;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

/**
 * What this host offers to whoever runs and migrates virtual machines.
 *
 * @param kernelRelease as {@code uname -r} prints it
 * @param processors how many this process may use
 * @param memoryTotalBytes memory of the host, -1 if unknown
 * @param memoryAvailableBytes how much of it new work can have without swapping, -1 if unknown
 * @param hostPageBytes the host's own page size
 * @param transparentHugePages whether the host backs ordinary memory with huge pages
 * @param hugePagePools reserved huge pages by size, smallest first
 * @param memfd memory that another process can map
 * @param kvm whether this process can run virtual machines
 * @param userfaultfd page faults that user space handles
 * @param pagemapScan the kernel's log of written pages, for any memory of this process
 * @param kvmLog KVM's bitmap of written pages
 * @param kvmClear the same, protected again in chunks
 * @param kvmRing KVM's rings of written pages
 */
public record HostFacts(
        String kernelRelease,
        int processors,
        long memoryTotalBytes,
        long memoryAvailableBytes,
        long hostPageBytes,
        Probe transparentHugePages,
        List<HugePagePool> hugePagePools,
        Probe memfd,
        Probe kvm,
        Probe userfaultfd,
        Probe pagemapScan,
        Probe kvmLog,
        Probe kvmClear,
        Probe kvmRing) {

    /**
     * Asks the kernel; takes a few milliseconds and leaves nothing open.
     *
     * @return what it said
     * @throws LibcException if it does not even tell its page size
     */
    public static HostFacts read() throws LibcException {
        Path root = Path.of("/");
        HostFiles files = new HostFiles(root);
        return new HostFacts(
                files.kernelRelease(),
                Runtime.getRuntime().availableProcessors(),
                files.meminfoBytes("MemTotal"),
                files.meminfoBytes("MemAvailable"),
                Libc.pageSizeBytes(),
                files.transparentHugePages(),
                files.hugePagePools(),
                probeMemfd(),
                KvmProbe.probe(root.resolve("dev/kvm")),
                Userfaultfd.probe(),
                PagemapScanLog.probe(),
                KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_GET),
                KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_CLEAR),
                KvmDirtyRing.probe());
    }

    private static Probe probeMemfd() {
        return Probe.of(() -> {
            try (FileHandle memfd = new FileHandle(Libc.memfdCreate("ramtracker-probe", Libc.MFD_CLOEXEC))) {
                Libc.ftruncate(memfd.fd(), Libc.pageSizeBytes());
                return Probe.available("memory that another process can map");
            }
        });
    }
}
