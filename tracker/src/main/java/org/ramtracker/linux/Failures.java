package org.ramtracker.linux;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.ramtracker.libc.LibcException;

/** The first failure of several steps that are all taken, with the later ones suppressed. */
final class Failures {
    private @Nullable LibcException first;

    Failures() {}

    /** Of steps that follow a failure. */
    Failures(LibcException first) {
        this.first = first;
    }

    @FunctionalInterface
    interface Step {
        void run() throws LibcException;
    }

    void collect(Step step) {
        try {
            step.run();
        } catch (LibcException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    void throwAny() throws LibcException {
        if (first != null) {
            throw first;
        }
    }

    void throwAnyUnchecked() {
        if (first != null) {
            throw new UncheckedIOException(first);
        }
    }
}
