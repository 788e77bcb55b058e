package org.ramtracker.sim.cli;

import java.util.List;
import java.util.stream.IntStream;
import org.ramtracker.libc.LibcException;
import org.ramtracker.linux.HostFacts;
import org.ramtracker.memory.PageSize;
import org.ramtracker.simd.Kernels;

/**
 * What {@code info} shows: the JVM, what it chose, and the host.
 *
 * @param jdk version, VM and vendor
 * @param kernels which memory kernels run
 * @param kernelsReason why these
 * @param guestPageBytes page sizes that a guest can have
 * @param host what the host offers
 */
record MachineInfo(String jdk, String kernels, String kernelsReason, List<Integer> guestPageBytes, HostFacts host) {

    static MachineInfo read() throws LibcException {
        return new MachineInfo(
                "%s, %s, %s"
                        .formatted(
                                System.getProperty("java.runtime.version"),
                                System.getProperty("java.vm.name"),
                                System.getProperty("java.vm.vendor")),
                Kernels.chosen().description(),
                Kernels.reason(),
                IntStream.rangeClosed(PageSize.SHIFT_MIN, PageSize.SHIFT_MAX)
                        .mapToObj(shift -> new PageSize(shift).bytes())
                        .toList(),
                HostFacts.read());
    }
}
