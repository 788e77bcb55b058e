package org.ramtracker.sim.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The program of the guests that are not written in Java: x86-64, position-independent, in {@code guest.s} with its encoding in
 * {@code guest.hex} beside it.
 *
 * <pre>
 *    0  where a vCPU starts: rdi = control block, rsp = end of a stack, r12 = steps made
 *   16  long make_steps(control block, ledger, long firstStep, long count), returns the step after the last one made
 * </pre>
 */
final class GuestProgram {
    /** OUT here ends a batch; the value is the low half of the steps made in all. */
    static final int PORT_DONE = 0x700;

    /** OUT here: a page was not as it was left; the control block says which. */
    static final int PORT_STALE = 0x704;

    /** OUT here: what the machine wrote into the control block has been lost. */
    static final int PORT_LOST = 0x708;

    private static final String RESOURCE = "guest.hex";
    private static final int MAKE_STEPS_OFFSET_BYTES = 16;
    private static final byte[] CODE = load();

    private GuestProgram() {}

    private static byte[] load() {
        try (InputStream in = GuestProgram.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException(RESOURCE + " is missing from the program");
            }
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of it, for a vCPU. */
    static byte[] code() {
        return CODE.clone();
    }

    /** From the function on, to be called from outside of a VM. */
    static byte[] makeStepsCode() {
        return Arrays.copyOfRange(CODE, MAKE_STEPS_OFFSET_BYTES, CODE.length);
    }
}
