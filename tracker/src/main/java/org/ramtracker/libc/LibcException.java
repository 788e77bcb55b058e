package org.ramtracker.libc;

import java.io.IOException;

/** A native call failed: the call, its arguments in hexadecimal and the errno by name, in one line. */
public final class LibcException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The error number, as the call left it. */
    private final int errno;

    LibcException(String call, int errno) {
        super(call + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /**
     * The error number.
     *
     * @return errno as the call left it
     */
    public int errno() {
        return errno;
    }
}
