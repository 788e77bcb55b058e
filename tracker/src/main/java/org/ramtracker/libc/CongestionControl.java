package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.SocketChannel;
import java.util.OptionalInt;

/**
 * Chooses the congestion control algorithm of a TCP connection, for which Java has no option.
 *
 * <p>Threads: any. Nobody may close the channel meanwhile.
 */
public final class CongestionControl {
    /** The oldest algorithm, which every kernel has and, by default, every user may choose ({@code tcp_allowed_congestion_control}). */
    public static final String RENO = "reno";

    /** {@code IPPROTO_TCP} ({@code linux/in.h}). */
    static final int IPPROTO_TCP = 6;

    /** {@code TCP_CONGESTION} ({@code linux/tcp.h}). */
    static final int TCP_CONGESTION = 13;

    private static final MethodHandle SETSOCKOPT =
            Libc.function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

    private CongestionControl() {}

    /**
     * Chooses how a connection sends from now on.
     *
     * @param channel connected
     * @param name of the algorithm, such as {@link #RENO}
     * @return false if it keeps the one it has: it is no TCP connection, the kernel refuses, or this is no Linux with {@code /proc}
     * @throws IOException if the channel is closed, or its descriptor cannot be looked for
     */
    public static boolean choose(SocketChannel channel, String name) throws IOException {
        OptionalInt fd = SocketDescriptors.find(channel);
        return fd.isPresent() && choose(fd.getAsInt(), name);
    }

    private static boolean choose(int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            int length = Math.toIntExact(text.byteSize());
            return (int) SETSOCKOPT.invokeExact(Libc.callState(), fd, IPPROTO_TCP, TCP_CONGESTION, text, length) == 0;
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }
}
