package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * Every native call of the project, for x86-64 and aarch64 Linux. A call that fails throws a {@link LibcException} that
 * names the call, its arguments in hexadecimal and the errno.
 *
 * <p>Memory goes in and comes out as a {@link MemorySegment} and never as a number, so that bounds and lifetime stay
 * checked: a segment cannot be closed while a call uses it, and a call on a closed segment throws
 * {@link IllegalStateException} before it reaches the kernel.
 *
 * <p>Threads: any. A call that succeeds leaves nothing behind on the heap.
 */
public final class Libc {
    /** {@code MAP_SHARED} ({@code linux/mman.h}): stores reach the file and every other mapping of it. */
    public static final int MAP_SHARED = 0x01;

    /** {@code MAP_PRIVATE} ({@code linux/mman.h}): copy on write. */
    public static final int MAP_PRIVATE = 0x02;

    /** {@code MAP_ANONYMOUS} ({@code asm-generic/mman-common.h}): no file. */
    public static final int MAP_ANONYMOUS = 0x20;

    /** {@code MAP_NORESERVE} ({@code asm-generic/mman.h}): do not count pages against the commit limit before they are touched. */
    public static final int MAP_NORESERVE = 0x4000;

    /** {@code MADV_HUGEPAGE} ({@code asm-generic/mman-common.h}): back with transparent huge pages. */
    public static final int MADV_HUGEPAGE = 14;

    /** {@code MADV_POPULATE_WRITE} ({@code asm-generic/mman-common.h}, Linux 5.14): fault in, writable. */
    public static final int MADV_POPULATE_WRITE = 23;

    /** {@code MFD_CLOEXEC} ({@code linux/memfd.h}). */
    public static final int MFD_CLOEXEC = 0x1;

    /** {@code MFD_HUGETLB} ({@code linux/memfd.h}): made of reserved huge pages, of the host's default size. */
    public static final int MFD_HUGETLB = 0x4;

    /** {@code O_RDONLY} ({@code asm-generic/fcntl.h}). */
    public static final int O_RDONLY = 0;

    /** {@code O_RDWR} ({@code asm-generic/fcntl.h}). */
    public static final int O_RDWR = 2;

    /** {@code O_CLOEXEC} ({@code asm-generic/fcntl.h}). */
    public static final int O_CLOEXEC = 0x80000;

    /** {@code SEEK_END} ({@code linux/fs.h}). */
    public static final int SEEK_END = 2;

    /** What mmap takes for a file when there is none. */
    public static final int NO_FD = -1;

    private static final int FAILED = -1;
    private static final int PROT_READ_WRITE = 0x3;
    private static final int PROT_READ_EXEC = 0x5;
    private static final int SC_PAGESIZE = 30;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** Where a thread's last call left its errno. Kept, because an arena for each call would be most of the call's cost. */
    private static final ThreadLocal<MemorySegment> CALL_STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private static final MethodHandle MMAP =
            function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle MPROTECT = function("mprotect", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MADVISE = function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MEMFD_CREATE = function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle OPEN = variadicFunction("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LSEEK = function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FTRUNCATE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle SYSCONF = function("sysconf", JAVA_LONG, JAVA_INT);

    private Libc() {}

    // Memory

    /**
     * Maps memory, readable and writable, until an arena is closed.
     *
     * @param lengthBytes length, more than 0
     * @param flags {@code MAP_*}
     * @param fd the file, or {@link #NO_FD}
     * @param offsetBytes offset in the file, a multiple of {@link #pageSizeBytes}
     * @param arena unmaps when it is closed
     * @return the mapping
     * @throws LibcException if the kernel refuses; nothing is mapped
     */
    @SuppressWarnings("restricted") // the kernel has just said that the range is ours
    public static MemorySegment mmap(long lengthBytes, int flags, int fd, long offsetBytes, Arena arena)
            throws LibcException {
        long address = call(
                state -> (long) MMAP.invokeExact(state, 0L, lengthBytes, PROT_READ_WRITE, flags, fd, offsetBytes),
                () -> "mmap(length 0x%x, prot 0x%x, flags 0x%x, fd %d, offset 0x%x)"
                        .formatted(lengthBytes, PROT_READ_WRITE, flags, fd, offsetBytes));
        MemorySegment mapping = MemorySegment.ofAddress(address).reinterpret(lengthBytes);
        try {
            return mapping.reinterpret(arena, Libc::unmap);
        } catch (IllegalStateException e) {
            unmap(mapping);
            throw e;
        }
    }

    private static void unmap(MemorySegment mapping) {
        try {
            call(
                    state -> (int) MUNMAP.invokeExact(state, mapping, mapping.byteSize()),
                    () -> "munmap(" + describe(mapping) + ")");
        } catch (LibcException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives advice about memory.
     *
     * @param memory native memory that begins on a host page
     * @param advice {@code MADV_*}
     * @throws LibcException if the kernel refuses
     */
    public static void madvise(MemorySegment memory, int advice) throws LibcException {
        call(
                state -> (int) MADVISE.invokeExact(state, memory, memory.byteSize(), advice),
                () -> "madvise(%s, advice 0x%x)".formatted(describe(memory), advice));
    }

    /** Turns memory into code: it can be run and no longer written. Whole host pages. */
    static void makeExecutable(MemorySegment memory) throws LibcException {
        call(
                state -> (int) MPROTECT.invokeExact(state, memory, memory.byteSize(), PROT_READ_EXEC),
                () -> "mprotect(%s, prot 0x%x)".formatted(describe(memory), PROT_READ_EXEC));
    }

    /**
     * The host's page size, the unit of mappings.
     *
     * @return bytes, a power of two
     * @throws LibcException if the host does not tell
     */
    public static long pageSizeBytes() throws LibcException {
        return call(
                state -> (long) SYSCONF.invokeExact(state, SC_PAGESIZE), () -> "sysconf(0x%x)".formatted(SC_PAGESIZE));
    }

    // Files

    /**
     * Creates an unnamed file in memory.
     *
     * @param name shown in {@code /proc}, at most 249 bytes
     * @param flags {@code MFD_*}
     * @return its file descriptor
     * @throws LibcException if the kernel refuses
     */
    public static int memfdCreate(String name, int flags) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            return (int) call(
                    state -> (int) MEMFD_CREATE.invokeExact(state, cName, flags),
                    () -> "memfd_create(%s, flags 0x%x)".formatted(name, flags));
        }
    }

    /**
     * Opens a file that exists.
     *
     * @param path its path
     * @param flags {@code O_*}, without {@code O_CREAT}
     * @return its file descriptor
     * @throws LibcException if the kernel refuses
     */
    public static int open(String path, int flags) throws LibcException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cPath = arena.allocateFrom(path);
            return (int) call(
                    state -> (int) OPEN.invokeExact(state, cPath, flags),
                    () -> "open(%s, flags 0x%x)".formatted(path, flags));
        }
    }

    /**
     * Moves the position of a file. With {@link #SEEK_END} and offset 0 the answer is the length, of block devices too.
     *
     * @param fd the file
     * @param offsetBytes where to, seen from {@code whence}
     * @param whence {@code SEEK_*}
     * @return the new position from the start of the file
     * @throws LibcException if the kernel refuses
     */
    public static long lseek(int fd, long offsetBytes, int whence) throws LibcException {
        return call(
                state -> (long) LSEEK.invokeExact(state, fd, offsetBytes, whence),
                () -> "lseek(fd %d, offset 0x%x, whence 0x%x)".formatted(fd, offsetBytes, whence));
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
                () -> "ftruncate(fd %d, length 0x%x)".formatted(fd, lengthBytes));
    }

    /**
     * Closes a file descriptor.
     *
     * @param fd the descriptor
     * @throws LibcException if the kernel refuses; the descriptor is closed all the same unless it was not open
     */
    public static void close(int fd) throws LibcException {
        call(state -> (int) CLOSE.invokeExact(state, fd), () -> "close(fd %d)".formatted(fd));
    }

    // How calls are made

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    /** Some ABIs pass variadic arguments differently, so the linker has to be told where they begin. */
    static MethodHandle variadicFunction(
            String name, int firstVariadicArgument, MemoryLayout result, MemoryLayout... arguments) {
        return link(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadicArgument));
    }

    @SuppressWarnings("restricted") // the descriptors above are those of the C declarations
    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** A function that is not in a library; it keeps the memory that it is in alive while it runs. */
    @SuppressWarnings("restricted") // whoever wrote the code knows its signature
    static MethodHandle functionAt(MemorySegment code, FunctionDescriptor signature) {
        return Linker.nativeLinker().downcallHandle(code, signature);
    }

    @FunctionalInterface
    interface Invocation {
        long invoke(MemorySegment callState) throws Throwable;
    }

    /** All calls end here; they have in common that they return -1 and set errno when they fail. */
    static long call(Invocation invocation, Supplier<String> description) throws LibcException {
        MemorySegment state = CALL_STATE.get();
        long result = invoke(invocation, state);
        if (result == FAILED) {
            throw new LibcException(description.get(), errno(state));
        }
        return result;
    }

    private static long invoke(Invocation invocation, MemorySegment callState) {
        try {
            return invocation.invoke(callState);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** What came out of a method handle that declares {@code Throwable} because all of them do. */
    static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        throw new AssertionError("a downcall declares no exception", thrown);
    }

    /** For a call that is made too often for an {@link Invocation}, which may end up on the heap. */
    static MemorySegment callState() {
        return CALL_STATE.get();
    }

    /** The result of a call that was given the state, or the negative errno. */
    static int resultOrErrno(int result, MemorySegment callState) {
        return result == FAILED ? -errno(callState) : result;
    }

    /** What a call that failed left there. */
    static int errno(MemorySegment callState) {
        return (int) ERRNO.get(callState, 0L);
    }

    static String describe(MemorySegment memory) {
        return "0x%x, length 0x%x".formatted(memory.address(), memory.byteSize());
    }
}
