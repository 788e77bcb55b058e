package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ClientSource;

/** Serves the monitor for people over a socket. */
public final class HmpServer {
    private HmpServer() {}

    /**
     * Begins to serve.
     *
     * @param source where clients come in; closed with the server
     * @param hmp what runs their lines
     * @return the server
     */
    public static ClientServer start(ClientSource source, Hmp hmp) {
        return ClientServer.start("hmp", source, client -> new Conversation(client, hmp));
    }

    /** One client's. */
    private record Conversation(SocketChannel client, Hmp hmp) implements ClientServer.Conversation {
        @Override
        public void run() {
            try (client) {
                new LineSession(hmp, Channels.newInputStream(client), Channels.newOutputStream(client)).run();
            } catch (IOException e) {
                // the client is gone, or was disconnected
            }
        }

        @Override
        public void finish() {
            try {
                client.close();
            } catch (IOException e) {
                // it is closed all the same
            }
        }
    }
}
