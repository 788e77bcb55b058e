package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class MachineCodeTest {
    /**
     * <pre>
     *   mov [rdi], rdx        48 89 17
     *   mov [rsi], rcx        48 89 0E
     *   lea rax, [rdx+rcx]    48 8D 04 0A
     *   ret                   C3
     * </pre>
     */
    private static final byte[] STORE_AND_ADD = HexFormat.of().parseHex("488917" + "48890E" + "488D040A" + "C3");

    @BeforeAll
    static void needsThisProcessor() {
        Assumptions.assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
    }

    @Test
    void argumentsAndTheResultAreWhereTheConventionSays() throws LibcException {
        try (Arena arena = Arena.ofShared()) {
            MachineCode code = MachineCode.load(STORE_AND_ADD, arena);
            MemorySegment first = arena.allocate(JAVA_LONG);
            MemorySegment second = arena.allocate(JAVA_LONG);
            assertThat(code.call(first, second, 40, 2)).isEqualTo(42);
            assertThat(first.get(JAVA_LONG, 0)).isEqualTo(40);
            assertThat(second.get(JAVA_LONG, 0)).isEqualTo(2);
        }
    }

    @Test
    void codeCannotBeCalledAfterItsArenaWasClosed() throws LibcException {
        MachineCode code;
        MemorySegment word = Arena.ofAuto().allocate(JAVA_LONG);
        try (Arena arena = Arena.ofShared()) {
            code = MachineCode.load(STORE_AND_ADD, arena);
        }
        assertThatIllegalStateException().isThrownBy(() -> code.call(word, word, 1, 2));
    }
}
