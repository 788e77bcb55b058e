package org.ramtracker.sim.guest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ramtracker.linux.KvmDirtyLog;
import org.ramtracker.linux.KvmDirtyRing;
import org.ramtracker.linux.PagemapScanLog;
import org.ramtracker.linux.Probe;

/** Skips tests on hosts that lack something, with the reason that the probe gives. */
public final class Hosts {
    private Hosts() {}

    /** A guest of such an engine can run here. */
    public static void require(GuestEngine engine) {
        if (engine == GuestEngine.KVM) {
            require("kvm", KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_GET));
        } else if (engine == GuestEngine.NATIVE) {
            assumeTrue(System.getProperty("os.arch").equals("amd64"), "the guest program is for x86-64");
            require(DirtySource.PAGEMAP);
        }
    }

    /** There is such a dirty log here. */
    public static void require(DirtySource source) {
        switch (source) {
            case MARKS -> {}
            case PAGEMAP -> require("pagemap", PagemapScanLog.probe());
            case KVM_LOG -> require("kvm-log", KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_GET));
            case KVM_CLEAR -> require("kvm-clear", KvmDirtyLog.probe(KvmDirtyLog.Clearing.BY_CLEAR));
            case KVM_RING -> require("kvm-ring", KvmDirtyRing.probe());
        }
    }

    private static void require(String what, Probe probe) {
        assumeTrue(probe.available(), () -> what + ": " + probe.detail());
    }
}
