package org.ramtracker.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.ramtracker.dirty.LossHunt;
import org.ramtracker.libc.LibcException;
import org.ramtracker.libc.MachineCode;
import org.ramtracker.memory.RamBlock;

/**
 * A writer in machine code (x86-64), at full speed and without a mark:
 *
 * <pre>
 *            mov r8, [rsi+8]     4C 8B 46 08     the number
 *     sweep: mov r9, rdi         49 89 F9        the block
 *            mov r10, rdx        49 89 D2        how many stores
 *     page:  mov [r9], r8        4D 89 01
 *            add r9, rcx         49 01 C9        the page size
 *            dec r10             49 FF CA
 *            jnz page            75 F5
 *            inc r8              49 FF C0
 *            mov [rsi+8], r8     4C 89 46 08
 *            cmp qword [rsi], 0  48 83 3E 00     told to stop?
 *            je sweep            74 E2
 *            mov rax, r8         4C 89 C0
 *            ret                 C3
 * </pre>
 */
final class NativeWriter implements LossHunt.Writer {
    private static final byte[] CODE = HexFormat.of()
            .parseHex("4C8B4608" + "4989F9" + "4989D2" + "4D8901" + "4901C9" + "49FFCA" + "75F5" + "49FFC0" + "4C894608"
                    + "48833E00" + "74E2" + "4C89C0" + "C3");

    private final MachineCode code;
    private final MemorySegment control;
    private final RamBlock block;
    private final long pageBytes;

    NativeWriter(RamBlock block, long pageBytes, Arena arena) throws LibcException {
        this.code = MachineCode.load(CODE, arena);
        this.control = arena.allocate(16, 8);
        this.block = block;
        this.pageBytes = pageBytes;
    }

    @Override
    public void run() {
        long ignored = code.call(block.segment(), control, block.pages(), pageBytes);
    }

    @Override
    public void stop() {
        JAVA_LONG.varHandle().setVolatile(control, 0L, 1L);
    }

    @Override
    public void prepare() {
        JAVA_LONG.varHandle().setVolatile(control, 0L, 0L);
    }
}
