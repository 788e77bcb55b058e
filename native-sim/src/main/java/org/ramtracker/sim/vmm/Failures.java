package org.ramtracker.sim.vmm;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Puts what went wrong in one line for an operator. */
public final class Failures {
    private Failures() {}

    /**
     * Why something failed.
     *
     * @param failure the exception
     * @return one line, without the name of a class where a sentence exists
     */
    public static String reason(Throwable failure) {
        return switch (unwrapped(failure)) {
            case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileAlreadyExistsException taken -> taken.getFile() + ": exists already";
            case FileSystemException system -> oneLine(system.getMessage(), "file system error");
            case ClosedChannelException closed -> "the connection was closed";
            case EOFException end -> oneLine(end.getMessage(), "the data ended too early");
            case Throwable other -> oneLine(other.getMessage(), other.getClass().getSimpleName());
        };
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean isWrapper = failure instanceof UncheckedIOException || failure instanceof ExecutionException;
        Throwable cause = failure.getCause();
        return isWrapper && cause != null ? unwrapped(cause) : failure;
    }

    private static String oneLine(@Nullable String message, String otherwise) {
        return message == null || message.isBlank()
                ? otherwise
                : printable(message.strip().replaceAll("\\s*\\R\\s*", "; "));
    }

    /** A text that came from elsewhere must not drive the operator's terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
