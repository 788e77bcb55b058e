package org.ramtracker.forecast;

import org.ramtracker.trace.DirtyTrace;

/**
 * Which trace it was, by value.
 *
 * @param name the name of its file, without directories
 * @param checksum of all that it holds, in hexadecimal
 */
public record TraceIdentity(String name, String checksum) {
    /**
     * The identity of a trace that is open.
     *
     * @param trace the trace; one that is still growing becomes another one with every epoch
     * @return its identity
     */
    public static TraceIdentity of(DirtyTrace trace) {
        return new TraceIdentity(String.valueOf(trace.file().getFileName()), "%08x".formatted(trace.checksum()));
    }
}
