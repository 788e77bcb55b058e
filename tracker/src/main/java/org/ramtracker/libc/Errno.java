package org.ramtracker.libc;

/** Names of Linux error numbers ({@code asm-generic/errno-base.h}, {@code asm-generic/errno.h}). */
final class Errno {
    private Errno() {}

    static String describe(int errno) {
        return switch (errno) {
            case 1 -> "EPERM (operation not permitted)";
            case 2 -> "ENOENT (no such file or directory)";
            case 9 -> "EBADF (bad file descriptor)";
            case 11 -> "EAGAIN (try again)";
            case 12 -> "ENOMEM (out of memory)";
            case 13 -> "EACCES (permission denied)";
            case 14 -> "EFAULT (bad address)";
            case 16 -> "EBUSY (busy)";
            case 22 -> "EINVAL (invalid argument)";
            case 23 -> "ENFILE (too many open files in the system)";
            case 24 -> "EMFILE (too many open files)";
            case 25 -> "ENOTTY (no such ioctl on this file)";
            case 28 -> "ENOSPC (no space left on device)";
            case 38 -> "ENOSYS (not implemented by this kernel)";
            default -> "errno " + errno;
        };
    }
}
