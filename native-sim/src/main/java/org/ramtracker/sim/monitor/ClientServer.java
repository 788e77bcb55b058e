package org.ramtracker.sim.monitor;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Serves a monitor to any number of clients at once, each in a conversation of its own.
 *
 * <p>Threads: a virtual one for each client, and one that accepts.
 *
 * <p>Guarantees: whatever a client sends, and whether it reads or not, harms its own connection only.
 */
public final class ClientServer implements AutoCloseable {
    /** Most clients; what they send and do not read is held in memory. */
    public static final int CLIENTS_MAX = 64;

    private static final long ACCEPT_AGAIN_NANOS = 100_000_000;

    private final String name;
    private final ClientSource source;
    private final Function<SocketChannel, Conversation> conversations;
    private final Set<Conversation> open = ConcurrentHashMap.newKeySet();

    /** What is said on one connection. */
    public interface Conversation {
        /** Talks until the client has gone or was disconnected, and then closes the connection. */
        void run();

        /** Lets the client read what it is still owed, for a moment, and disconnects it. From any thread; twice is harmless. */
        void finish();
    }

    private ClientServer(String name, ClientSource source, Function<SocketChannel, Conversation> conversations) {
        this.name = name;
        this.source = source;
        this.conversations = conversations;
    }

    /**
     * Begins to serve.
     *
     * @param name begins the names of the threads
     * @param source where clients come in; closed with the server
     * @param conversations makes one of a connection
     * @return the server
     */
    public static ClientServer start(
            String name, ClientSource source, Function<SocketChannel, Conversation> conversations) {
        ClientServer server = new ClientServer(name, source, conversations);
        Thread.ofVirtual().name(name + "-accept").start(server::acceptAll);
        return server;
    }

    private void acceptAll() {
        while (true) {
            try {
                admit(source.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) { // too many open files, say: it may get better
                LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
            }
        }
    }

    private void admit(SocketChannel client) throws IOException {
        if (open.size() >= CLIENTS_MAX) {
            client.close();
            return;
        }
        Conversation conversation = conversations.apply(client);
        open.add(conversation);
        Thread.ofVirtual().name(name + "-client").start(() -> {
            try {
                conversation.run();
            } finally {
                open.remove(conversation);
            }
        });
    }

    /** Accepts no more, and ends every conversation, all at once: one that reads slowly delays no other. */
    @Override
    public void close() throws IOException {
        source.close();
        try (ExecutorService finishing = Executors.newVirtualThreadPerTaskExecutor()) {
            open.forEach(conversation -> finishing.execute(conversation::finish));
        }
    }
}
