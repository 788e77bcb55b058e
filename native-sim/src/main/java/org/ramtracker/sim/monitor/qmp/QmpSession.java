package org.ramtracker.sim.monitor.qmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ramtracker.sim.monitor.ClientServer;
import org.ramtracker.sim.monitor.ErrorClass;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.Subscription;
import org.ramtracker.sim.monitor.VmEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One client's conversation.
 *
 * <pre>
 *   server                                   client
 *   {"QMP": {"version", "capabilities"}} ---&gt;
 *                                        &lt;--- {"execute": "qmp_capabilities"}
 *   {"return": {}}                       ---&gt;            from here all commands, and events in between
 * </pre>
 *
 * <p>Threads: {@link #run} on the client's own; {@link #finish} from any.
 */
final class QmpSession implements ClientServer.Conversation {
    /** What may wait for a client that does not read. */
    static final long OUTPUT_BYTES_MAX = 1 << 20;

    private static final String NEGOTIATE = "qmp_capabilities";
    private static final int READ_BYTES = 1 << 14;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final SocketChannel client;
    private final ManagedVm vm;
    private final QmpCommands commands;
    private final OutputQueue output = new OutputQueue(OUTPUT_BYTES_MAX);
    private final JsonSplitter splitter = new JsonSplitter(this::handle);
    private final Thread writer;
    private final List<VmEvent> afterCommand = new ArrayList<>();
    private volatile boolean negotiated;
    private boolean busy;

    QmpSession(SocketChannel client, ManagedVm vm, QmpCommands commands) {
        this.client = client;
        this.vm = vm;
        this.commands = commands;
        this.writer = Thread.ofVirtual().name("qmp-writer").unstarted(this::writeAll);
    }

    @Override
    public void run() {
        writer.start();
        send(QmpMessages.greeting());
        try (Subscription ignored = vm.subscribe(this::onEvent)) {
            readAll();
        } catch (IOException e) {
            // the client is gone, or was disconnected
        } finally {
            finish();
        }
    }

    private void readAll() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES);
        while (client.read(bytes) >= 0) {
            bytes.flip();
            try {
                splitter.feed(bytes);
            } catch (MonitorException e) {
                send(QmpJson.failure(e, null));
                return;
            }
            bytes.clear();
        }
    }

    /** Who asks for the end gets the answer first. */
    private synchronized void onEvent(VmEvent event) {
        if (busy && (event instanceof VmEvent.Shutdown || !afterCommand.isEmpty())) {
            afterCommand.add(event);
        } else if (negotiated) {
            send(QmpMessages.event(event));
        }
    }

    private synchronized void beginCommand() {
        busy = true;
    }

    private synchronized void endCommand() {
        busy = false;
        afterCommand.forEach(this::onEvent);
        afterCommand.clear();
        notifyAll();
    }

    private synchronized void awaitCommand(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos(); busy && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private void handle(byte[] json) {
        beginCommand();
        try {
            answer(json);
        } finally {
            endCommand();
        }
    }

    private void answer(byte[] json) {
        JsonNode id = null;
        try {
            JsonNode request = QmpJson.parse(json);
            if (!(request instanceof ObjectNode object)) {
                throw new MonitorException("QMP input must be a JSON object");
            }
            id = object.get("id");
            send(QmpJson.success(execute(Request.of(object)), id));
        } catch (MonitorException e) {
            send(QmpJson.failure(e, id));
        } catch (RuntimeException e) { // a fault of this program must not cost the client its connection
            send(QmpJson.failure(new MonitorException("internal error: " + e), id));
        }
    }

    private JsonNode execute(Request request) throws MonitorException {
        if (request.command().equals(NEGOTIATE)) {
            return negotiate(new Arguments(request.arguments()));
        }
        if (!negotiated) {
            throw new MonitorException(
                    ErrorClass.COMMAND_NOT_FOUND, "Expecting capabilities negotiation with '" + NEGOTIATE + "'");
        }
        return commands.execute(request);
    }

    private JsonNode negotiate(Arguments arguments) throws MonitorException {
        if (negotiated) {
            throw new MonitorException(
                    ErrorClass.COMMAND_NOT_FOUND, "Capabilities negotiation is already complete, command ignored");
        }
        for (String capability : arguments.strings("enable")) {
            throw new MonitorException("Capability '%s' is not available".formatted(capability));
        }
        arguments.end();
        negotiated = true;
        return QmpJson.object();
    }

    private void send(@Nullable JsonNode message) {
        if (message != null && !output.offer(QmpJson.line(message))) {
            disconnect();
        }
    }

    private void writeAll() {
        try {
            output.writeTo(client);
        } catch (IOException | InterruptedException e) {
            // the client is gone, or has had its time
        } finally {
            disconnect();
        }
    }

    @Override
    public void finish() {
        try {
            awaitCommand(LAST_WORDS);
            output.close();
            if (writer.getState() == Thread.State.NEW || !writer.join(LAST_WORDS)) {
                disconnect();
            }
        } catch (InterruptedException e) {
            disconnect();
            Thread.currentThread().interrupt();
        }
    }

    private void disconnect() {
        output.close();
        try {
            client.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
