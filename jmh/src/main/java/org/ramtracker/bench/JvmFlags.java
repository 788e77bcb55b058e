package org.ramtracker.bench;

/** What the JVMs of the benchmarks need; the same flags as the launcher passes. */
final class JvmFlags {
    static final String VECTOR_API = "--add-modules=jdk.incubator.vector";
    static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    /** JMH and Agrona use {@code Unsafe}; without this flag each JVM warns of it. */
    static final String UNSAFE_MEMORY = "--sun-misc-unsafe-memory-access=allow";

    /** Agrona's buffers. */
    static final String AGRONA_OPENS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    private JvmFlags() {}
}
