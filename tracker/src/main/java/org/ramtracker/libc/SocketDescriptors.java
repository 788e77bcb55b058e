package org.ramtracker.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Finds the descriptor of a TCP connection that Java has opened, which Java does not tell: among those of the process, the one whose both
 * ends have the addresses of the connection. No two connections have the same ones.
 *
 * <p>Threads: any. Nobody may close the channel meanwhile.
 */
final class SocketDescriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** {@code struct sockaddr_storage}, the longest address. */
    private static final int ADDRESS_BYTES = 128;

    private static final int PORT_OFFSET = 2;
    private static final int IPV4_OFFSET = 4;
    private static final int IPV6_OFFSET = 8;

    private static final MethodHandle GETSOCKNAME = Libc.function("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = Libc.function("getpeername", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    private SocketDescriptors() {}

    /** The descriptor of a connected channel; none if it is no TCP connection, or cannot be found. */
    static OptionalInt find(SocketChannel channel) throws IOException {
        SocketAddress local = channel.getLocalAddress();
        SocketAddress remote = channel.getRemoteAddress();
        if (!(local instanceof InetSocketAddress) || !Files.isDirectory(OPEN)) {
            return OptionalInt.empty();
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN);
                Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            MemorySegment length = arena.allocate(JAVA_INT);
            for (Path each : open) {
                int fd = Integer.parseInt(each.getFileName().toString());
                if (isNamed(GETSOCKNAME, fd, name, length, local) && isNamed(GETPEERNAME, fd, name, length, remote)) {
                    return OptionalInt.of(fd);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return OptionalInt.empty();
    }

    private static boolean isNamed(
            MethodHandle call, int fd, MemorySegment name, MemorySegment length, SocketAddress expected)
            throws IOException {
        length.set(JAVA_INT, 0, ADDRESS_BYTES);
        try {
            int result = (int) call.invokeExact(Libc.callState(), fd, name, length);
            return result == 0 && expected.equals(address(name));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.unchecked(e);
        }
    }

    /** What is in a {@code struct sockaddr}; an IPv4 address in an IPv6 one is an IPv4 address. */
    private static InetSocketAddress address(MemorySegment name) throws IOException {
        return switch (name.get(JAVA_SHORT, 0)) {
            case AF_INET -> address(name, IPV4_OFFSET, 4);
            case AF_INET6 -> address(name, IPV6_OFFSET, 16);
            default -> new InetSocketAddress(0);
        };
    }

    private static InetSocketAddress address(MemorySegment name, int offset, int lengthBytes) throws IOException {
        byte[] address = name.asSlice(offset, lengthBytes).toArray(JAVA_BYTE);
        int port = Short.toUnsignedInt(name.get(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), PORT_OFFSET));
        return new InetSocketAddress(InetAddress.getByAddress(address), port);
    }
}
