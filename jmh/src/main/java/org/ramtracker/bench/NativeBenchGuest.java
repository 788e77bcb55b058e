package org.ramtracker.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ramtracker.dirty.DirtyLog;
import org.ramtracker.libc.MachineCode;
import org.ramtracker.linux.PagemapScanLog;

/**
 * Writes by machine code (x86-64), whose arguments are the address, the count and the stride:
 *
 * <pre>
 *         mov r9, rdi      49 89 F9
 *   page: mov [r9], rdx    49 89 11
 *         add r9, rcx      49 01 C9
 *         dec rdx          48 FF CA
 *         jnz page         75 F5
 *         ret              C3
 * </pre>
 */
final class NativeBenchGuest extends BenchGuest {
    private static final byte[] CODE = code("4989F9" + "498911" + "4901C9" + "48FFCA" + "75F5" + "C3");

    private final Arena arena = Arena.ofShared();
    private final MachineCode code;
    private final PagemapScanLog log;

    NativeBenchGuest(int gib) throws IOException {
        super(gib);
        this.code = MachineCode.load(CODE, arena);
        this.log = PagemapScanLog.open(memory());
    }

    @Override
    void store(long offsetBytes, long count, long strideBytes) {
        MemorySegment from = ram().segment().asSlice(offsetBytes);
        long ignored = code.call(from, from, count, strideBytes);
    }

    @Override
    DirtyLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        log.close();
        arena.close();
        super.close();
    }
}
