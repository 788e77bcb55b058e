package org.ramtracker.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class LinuxCallsTest {
    /** {@code FIONREAD} ({@code asm-generic/ioctls.h}): how many bytes can be read. */
    private static final long FIONREAD = 0x541B;

    /** {@code FIOCLEX} ({@code asm-generic/ioctls.h}): close on exec; takes no argument. */
    private static final long FIOCLEX = 0x5451;

    @Test
    void theKernelWritesIntoTheStructure() throws LibcException {
        int file = Libc.memfdCreate("ioctl", Libc.MFD_CLOEXEC);
        try (Arena arena = Arena.ofConfined()) {
            Libc.ftruncate(file, 1234);
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_INT);
            assertThat(LinuxCalls.ioctl(file, FIONREAD, bytes)).isZero();
            assertThat(bytes.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1234);
        } finally {
            Libc.close(file);
        }
    }

    @Test
    void aRefusedIoctlNamesItsArgumentsAndTheError() {
        assertThatThrownBy(() -> LinuxCalls.ioctl(-1, 0xAE00, 7))
                .isInstanceOf(LibcException.class)
                .hasMessageStartingWith("ioctl(fd -1, request 0xae00, 0x7): EBADF");
    }

    @Test
    void aUserfaultfdWithUnknownFlagsIsRefused() {
        assertThatThrownBy(() -> LinuxCalls.userfaultfd(0x40000000))
                .isInstanceOf(LibcException.class)
                .hasMessageStartingWith("userfaultfd(flags 0x40000000): E");
    }

    @Test
    void anIoctlWhoseRefusalsArePartOfItsWorkReturnsTheErrno() throws LibcException {
        assertThat(LinuxCalls.ioctlOrErrno(-1, 0xAE80, 0)).isEqualTo(-9);
        int file = Libc.memfdCreate("ioctl", Libc.MFD_CLOEXEC);
        try {
            assertThat(LinuxCalls.ioctlOrErrno(file, FIOCLEX, 0)).isZero();
        } finally {
            Libc.close(file);
        }
    }
}
