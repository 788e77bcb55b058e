package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A function in machine code of this processor, with the C calling convention and the signature
 *
 * <pre>
 *   int64_t function(void *first, void *second, int64_t third, int64_t fourth)
 *
 *   x86-64           rdi          rsi           rdx            rcx            result in rax
 * </pre>
 *
 * <p>It is how memory is written behind the JVM's back: what it stores is known to the kernel only, as the stores of a device back
 * end in another language are. The processor obeys it without a check, so the bytes belong in the program and never in its input.
 *
 * <p>Threads: any number call it at once. A thread in it stands still for the JVM, however long it runs. Memory that was passed
 * cannot be closed meanwhile: closing it throws.
 */
public final class MachineCode {
    private static final FunctionDescriptor SIGNATURE =
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG);

    private final MethodHandle function;

    private MachineCode(MethodHandle function) {
        this.function = function;
    }

    /**
     * Loads code; it can be called until the arena is closed.
     *
     * @param code the function, position-independent, its entry at the first byte
     * @param arena frees it; a shared one if several threads call it
     * @return the function
     * @throws LibcException if the kernel does not let this process run memory that it has written
     */
    public static MachineCode load(byte[] code, Arena arena) throws LibcException {
        long pageBytes = Libc.pageSizeBytes();
        long lengthBytes = (code.length + pageBytes - 1) / pageBytes * pageBytes;
        MemorySegment memory = Libc.mmap(lengthBytes, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, Libc.NO_FD, 0, arena);
        MemorySegment.copy(MemorySegment.ofArray(code), 0, memory, 0, code.length);
        Libc.makeExecutable(memory);
        return new MachineCode(Libc.functionAt(memory, SIGNATURE));
    }

    /**
     * Calls the function.
     *
     * @param first native memory
     * @param second native memory
     * @param third a number
     * @param fourth a number
     * @return what it returned
     */
    public long call(MemorySegment first, MemorySegment second, long third, long fourth) {
        try {
            return (long) function.invokeExact(first, second, third, fourth);
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }
}
