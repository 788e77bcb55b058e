package org.ramtracker.linux;

/**
 * KVM's numbers, from {@code linux/kvm.h} (x86-64; those of the logs are the same on aarch64). They are for
 * {@link org.ramtracker.libc.LinuxCalls#ioctl(int, long, long)}; a structure's layout is where the structure is.
 *
 * <p>Which descriptor a request is for is in its group: the device, a VM, a vCPU.
 */
public final class KvmApi {
    /** Device: the version, {@link #API_VERSION}. */
    public static final long KVM_GET_API_VERSION = 0xAE00;

    /** Device: a new VM's descriptor; the argument is 0. */
    public static final long KVM_CREATE_VM = 0xAE01;

    /** Device or VM: what a capability is worth, 0 if it is missing. */
    public static final long KVM_CHECK_EXTENSION = 0xAE03;

    /** Device: bytes to map from a vCPU's descriptor at offset 0. */
    public static final long KVM_GET_VCPU_MMAP_SIZE = 0xAE04;

    /** Device: {@code struct kvm_cpuid2}. */
    public static final long KVM_GET_SUPPORTED_CPUID = 0xC008AE05L;

    /** VM: a new vCPU's descriptor; the argument is its number. */
    public static final long KVM_CREATE_VCPU = 0xAE41;

    /** VM: {@code struct kvm_dirty_log}. */
    public static final long KVM_GET_DIRTY_LOG = 0x4010AE42L;

    /** VM: {@code struct kvm_userspace_memory_region}. */
    public static final long KVM_SET_USER_MEMORY_REGION = 0x4020AE46L;

    /** VM or vCPU: {@code struct kvm_enable_cap}. */
    public static final long KVM_ENABLE_CAP = 0x4068AEA3L;

    /** VM: {@code struct kvm_clear_dirty_log}. */
    public static final long KVM_CLEAR_DIRTY_LOG = 0xC018AEC0L;

    /** VM: makes the pages of harvested ring entries report again; returns how many. */
    public static final long KVM_RESET_DIRTY_RINGS = 0xAEC7;

    /** vCPU: runs the guest until it exits. {@code EINTR} and {@code EAGAIN} are part of its work. */
    public static final long KVM_RUN = 0xAE80;

    /** vCPU: {@code struct kvm_regs}. */
    public static final long KVM_GET_REGS = 0x8090AE81L;

    /** vCPU: {@code struct kvm_regs}. */
    public static final long KVM_SET_REGS = 0x4090AE82L;

    /** vCPU: {@code struct kvm_sregs}. */
    public static final long KVM_GET_SREGS = 0x8138AE83L;

    /** vCPU: {@code struct kvm_sregs}. */
    public static final long KVM_SET_SREGS = 0x4138AE84L;

    /** vCPU: {@code struct kvm_cpuid2}. */
    public static final long KVM_SET_CPUID2 = 0x4008AE90L;

    /** The only version since Linux 2.6.22. */
    public static final int API_VERSION = 12;

    /** Flag of a memory region: log writes to it. */
    public static final int KVM_MEM_LOG_DIRTY_PAGES = 1;

    /** Fetching the log and protecting its pages are two requests (Linux 5.0). */
    public static final int KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 = 168;

    /** A ring of dirty pages for each vCPU, with the order of its flags defined (Linux 6.1); worth its size limit in bytes. */
    public static final int KVM_CAP_DIRTY_LOG_RING_ACQ_REL = 223;

    /** Where KVM writes memory on behalf of no vCPU, and keeps a bitmap beside the rings for it (not on x86). */
    public static final int KVM_CAP_DIRTY_LOG_RING_WITH_BITMAP = 225;

    /** The ring of a vCPU is mapped from its descriptor at this offset, in host pages. */
    public static final long KVM_DIRTY_LOG_PAGE_OFFSET = 64;

    /** {@code exit_reason}: port input or output. */
    public static final int KVM_EXIT_IO = 2;

    /** {@code exit_reason}: the guest halted. */
    public static final int KVM_EXIT_HLT = 5;

    /** {@code exit_reason}: an access to memory in no slot. */
    public static final int KVM_EXIT_MMIO = 6;

    /** {@code exit_reason}: a triple fault. */
    public static final int KVM_EXIT_SHUTDOWN = 8;

    /** {@code exit_reason}: interrupted. */
    public static final int KVM_EXIT_INTR = 10;

    /** {@code exit_reason}: KVM could not go on. */
    public static final int KVM_EXIT_INTERNAL_ERROR = 17;

    /** {@code exit_reason}: the vCPU's ring is full; see {@link KvmDirtyRing#onRingFull}. */
    public static final int KVM_EXIT_DIRTY_RING_FULL = 31;

    private KvmApi() {}
}
