package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Every native call of the project, for x86-64 and aarch64 Linux. A failed call throws a {@link LibcException} that names
 * the call, its arguments in hexadecimal and the errno.
 *
 * <p>Threads: any.
 */
public final class Libc {
    /** {@code MAP_PRIVATE} ({@code linux/mman.h}). */
    public static final int MAP_PRIVATE = 2;

    /** {@code MAP_SHARED} ({@code linux/mman.h}). */
    public static final int MAP_SHARED = 1;

    /** {@code MAP_ANONYMOUS} ({@code asm-generic/mman-common.h}). */
    public static final int MAP_ANONYMOUS = 0x20;

    /** {@code MAP_NORESERVE} ({@code asm-generic/mman-common.h}). */
    public static final int MAP_NORESERVE = 0x4000;

    /** {@code MADV_HUGEPAGE} ({@code asm-generic/mman-common.h}). */
    public static final int MADV_HUGEPAGE = 14;

    /** {@code MADV_POPULATE_WRITE} ({@code asm-generic/mman-common.h}, Linux 5.14). */
    public static final int MADV_POPULATE_WRITE = 23;

    /** {@code MFD_CLOEXEC} ({@code linux/memfd.h}). */
    public static final int MFD_CLOEXEC = 1;

    private static final int PROT_READ_WRITE = 3;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle MMAP = downcall(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            downcall("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            downcall("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MEMFD_CREATE =
            downcall("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle FTRUNCATE =
            downcall("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOSE = downcall("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    @SuppressWarnings("restricted")
    private static MethodHandle downcall(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO);
    }

    /**
     * Maps memory, readable and writable.
     *
     * @param lengthBytes length
     * @param flags {@code MAP_*}
     * @param fd the file, or -1
     * @param offsetBytes offset in the file
     * @return the address
     * @throws LibcException if the kernel refuses
     */
    public static long mmap(long lengthBytes, int flags, int fd, long offsetBytes) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long address = (long) MMAP.invokeExact(state, 0L, lengthBytes, PROT_READ_WRITE, flags, fd, offsetBytes);
            if (address == -1) {
                throw failed(state, "mmap(length=0x%x, flags=0x%x, fd=%d)".formatted(lengthBytes, flags, fd));
            }
            return address;
        } catch (LibcException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Unmaps memory.
     *
     * @param address start
     * @param lengthBytes length
     * @throws LibcException if the kernel refuses
     */
    public static void munmap(long address, long lengthBytes) throws LibcException {
        call(
                state -> (int) MUNMAP.invokeExact(state, address, lengthBytes),
                () -> "munmap(0x%x, 0x%x)".formatted(address, lengthBytes));
    }

    /**
     * Gives advice about memory.
     *
     * @param address start, page aligned
     * @param lengthBytes length
     * @param advice {@code MADV_*}
     * @throws LibcException if the kernel refuses
     */
    public static void madvise(long address, long lengthBytes, int advice) throws LibcException {
        call(
                state -> (int) MADVISE.invokeExact(state, address, lengthBytes, advice),
                () -> "madvise(0x%x, 0x%x, advice=%d)".formatted(address, lengthBytes, advice));
    }

    /**
     * Creates an unnamed file in memory.
     *
     * @param name shown in {@code /proc}
     * @param flags {@code MFD_*}
     * @return its file descriptor
     * @throws LibcException if the kernel refuses
     */
    public static int memfdCreate(String name, int flags) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nameSegment = arena.allocateFrom(name);
            return call(
                    state -> (int) MEMFD_CREATE.invokeExact(state, nameSegment, flags),
                    () -> "memfd_create(%s, 0x%x)".formatted(name, flags));
        }
    }

    /**
     * Sets the length of a file.
     *
     * @param fd the file
     * @param lengthBytes its new length
     * @throws LibcException if the kernel refuses
     */
    public static void ftruncate(int fd, long lengthBytes) throws LibcException {
        call(
                state -> (int) FTRUNCATE.invokeExact(state, fd, lengthBytes),
                () -> "ftruncate(%d, 0x%x)".formatted(fd, lengthBytes));
    }

    /**
     * Closes a file descriptor.
     *
     * @param fd the descriptor
     * @throws LibcException if the kernel refuses
     */
    public static void close(int fd) throws LibcException {
        call(state -> (int) CLOSE.invokeExact(state, fd), () -> "close(%d)".formatted(fd));
    }

    private interface Call {
        int invoke(MemorySegment state) throws Throwable;
    }

    private static int call(Call call, java.util.function.Supplier<String> description) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = call.invoke(state);
            if (result < 0) {
                throw failed(state, description.get());
            }
            return result;
        } catch (LibcException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static LibcException failed(MemorySegment state, String call) {
        return new LibcException(call, (int) ERRNO.get(state, 0L));
    }
}
