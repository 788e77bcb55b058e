package org.ramtracker.linux;

import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

/** A file descriptor with an owner. */
record FileHandle(int fd) implements AutoCloseable {
    static FileHandle open(String path, int flags) throws LibcException {
        return new FileHandle(Libc.open(path, flags | Libc.O_CLOEXEC));
    }

    @Override
    public void close() throws LibcException {
        Libc.close(fd);
    }
}
