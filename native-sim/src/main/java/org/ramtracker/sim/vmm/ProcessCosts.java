package org.ramtracker.sim.vmm;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * What a migration cost one of its processes, everything included that the process did meanwhile.
 *
 * @param cpuNanos processor time of all threads, in the kernel as well
 * @param allocatedBytes heap that all threads allocated
 * @param pauses how often the collector stopped the process
 * @param pauseNanos how long altogether; counted in milliseconds by the JVM
 */
public record ProcessCosts(long cpuNanos, long allocatedBytes, long pauses, long pauseNanos) {
    /**
     * What this process has cost so far.
     *
     * @return the costs since its start
     */
    static ProcessCosts soFar() {
        long pauses = 0;
        long pauseMillis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            pauses += collector.getCollectionCount();
            pauseMillis += collector.getCollectionTime();
        }
        return new ProcessCosts(
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime(),
                ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getTotalThreadAllocatedBytes(),
                pauses,
                TimeUnit.MILLISECONDS.toNanos(pauseMillis));
    }

    /** What it has cost since then. */
    ProcessCosts since(ProcessCosts then) {
        return new ProcessCosts(
                cpuNanos - then.cpuNanos,
                allocatedBytes - then.allocatedBytes,
                pauses - then.pauses,
                pauseNanos - then.pauseNanos);
    }

    /**
     * Processor seconds for so much memory.
     *
     * @param bytes memory, more than 0
     * @return seconds for 10^9 bytes
     */
    public double cpuSecondsPerGigabyte(long bytes) {
        return (double) cpuNanos / bytes;
    }
}
