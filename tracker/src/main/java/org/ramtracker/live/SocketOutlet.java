package org.ramtracker.live;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A TCP or unix connection: the destination confirms on its other direction. */
final class SocketOutlet implements Outlet {
    private final SocketChannel channel;
    private final String name;
    private final Milestones milestones = new Milestones();
    private final ReturnPath returnPath;
    private final boolean keptOpen;

    /**
     * An outlet.
     *
     * @param channel connected
     * @param keptOpen whether the connection outlives a migration that succeeded
     */
    SocketOutlet(SocketChannel channel, boolean keptOpen) {
        this.channel = channel;
        this.keptOpen = keptOpen;
        this.name = Sockets.remoteName(channel);
        this.returnPath = new ReturnPath(channel, milestones);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean hasReturnPath() {
        return true;
    }

    @Override
    public Milestones milestones() {
        return milestones;
    }

    @Override
    public void open() throws IOException {
        channel.configureBlocking(false);
        Sockets.sendAtOnce(channel);
        Sockets.sendByRenoWithin(channel);
    }

    /** A destination that refuses says so and closes: the reason tells more than the broken pipe. */
    @Override
    public int write(ByteBuffer bytes) throws IOException {
        try {
            return channel.write(bytes);
        } catch (IOException e) {
            pollForReason(e);
            throw e;
        }
    }

    private void pollForReason(IOException cause) throws IOException {
        try {
            returnPath.poll();
        } catch (EOFException e) {
            cause.addSuppressed(e);
        } catch (IOException reason) {
            reason.addSuppressed(cause);
            throw reason;
        }
    }

    @Override
    public void poll() throws IOException {
        returnPath.poll();
    }

    @Override
    public void expectConfirmation() {
        returnPath.expectConfirmation();
    }

    @Override
    public boolean isConfirmed() {
        return returnPath.isConfirmed();
    }

    @Override
    public void close() throws IOException {
        if (!keptOpen) {
            channel.close();
        }
    }

    /** A reset instead of an orderly end, where there is one: the destination fails at once, whatever is still queued. */
    @Override
    public void abort() {
        Closing.closeFailed(() -> resetOnClose(StandardSocketOptions.SO_LINGER, 0));
        Closing.closeFailed(channel);
    }

    private <T> void resetOnClose(SocketOption<T> option, T value) throws IOException {
        if (channel.isOpen() && channel.supportedOptions().contains(option)) {
            channel.setOption(option, value);
        }
    }
}
