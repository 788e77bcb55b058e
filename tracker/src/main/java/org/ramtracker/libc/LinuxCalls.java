package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls by which Linux offers more than POSIX: {@code ioctl} and {@code userfaultfd}. Apart from {@link Libc} so that
 * only those who use them link them.
 *
 * <p>Threads: any.
 */
public final class LinuxCalls {
    /** {@code UFFD_USER_MODE_ONLY} ({@code linux/userfaultfd.h}): faults of the kernel are not handled; needs no privilege. */
    public static final int UFFD_USER_MODE_ONLY = 1;

    /** {@code O_NONBLOCK} ({@code asm-generic/fcntl.h}). */
    public static final int O_NONBLOCK = 0x800;

    /** {@code __NR_userfaultfd}: {@code asm/unistd_64.h} of x86-64, {@code asm-generic/unistd.h} of aarch64. */
    private static final long NR_USERFAULTFD = System.getProperty("os.arch", "").equals("aarch64") ? 282 : 323;

    private static final MethodHandle IOCTL_VALUE =
            Libc.variadicFunction("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle IOCTL_STRUCT =
            Libc.variadicFunction("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle SYSCALL = Libc.variadicFunction("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT);

    private LinuxCalls() {}

    /**
     * An {@code ioctl} whose argument is a number.
     *
     * @param fd the file
     * @param request its number, from the header of the device
     * @param argument the number
     * @return what the call returned, at least 0
     * @throws LibcException if the kernel refuses
     */
    public static int ioctl(int fd, long request, long argument) throws LibcException {
        int result = ioctlOrErrno(fd, request, argument);
        if (result < 0) {
            throw new LibcException("ioctl(fd %d, request 0x%x, 0x%x)".formatted(fd, request, argument), -result);
        }
        return result;
    }

    /**
     * An {@code ioctl} whose argument is a structure.
     *
     * @param fd the file
     * @param request its number, from the header of the device
     * @param argument the structure, native memory that the kernel reads and writes
     * @return what the call returned, at least 0
     * @throws LibcException if the kernel refuses
     */
    public static int ioctl(int fd, long request, MemorySegment argument) throws LibcException {
        int result = ioctlOrErrno(fd, request, argument);
        if (result < 0) {
            String what = Libc.describe(argument);
            throw new LibcException("ioctl(fd %d, request 0x%x, %s)".formatted(fd, request, what), -result);
        }
        return result;
    }

    /**
     * An {@code ioctl} whose refusals are a part of its work, as {@code EINTR} is of {@code KVM_RUN}: no exception, and nothing
     * on the heap whichever way it ends. For a thread that does little else; it may stay in the call as long as it likes, for
     * to the JVM a thread in a native call stands still.
     *
     * @param fd the file
     * @param request its number, from the header of the device
     * @param argument a number
     * @return what the call returned, at least 0, or the negative errno
     */
    public static int ioctlOrErrno(int fd, long request, long argument) {
        MemorySegment state = Libc.callState();
        try {
            return Libc.resultOrErrno((int) IOCTL_VALUE.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }

    private static int ioctlOrErrno(int fd, long request, MemorySegment argument) {
        MemorySegment state = Libc.callState();
        try {
            return Libc.resultOrErrno((int) IOCTL_STRUCT.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }

    /**
     * Creates a userfaultfd.
     *
     * @param flags {@code O_CLOEXEC}, {@link #O_NONBLOCK}, {@link #UFFD_USER_MODE_ONLY}
     * @return its file descriptor
     * @throws LibcException if the kernel refuses
     */
    public static int userfaultfd(int flags) throws LibcException {
        return (int) Libc.call(
                state -> (long) SYSCALL.invokeExact(state, NR_USERFAULTFD, flags),
                () -> "userfaultfd(flags 0x%x)".formatted(flags));
    }
}
