package org.ramtracker.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;

/** A channel in one direction, such as a pipe: what was written counts as arrived. */
final class ChannelOutlet implements Outlet {
    private final WritableByteChannel channel;
    private final String name;

    ChannelOutlet(WritableByteChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean hasReturnPath() {
        return false;
    }

    @Override
    public void open() throws IOException {
        if (channel instanceof SelectableChannel selectable) {
            selectable.configureBlocking(false);
        }
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return channel.write(bytes);
    }

    @Override
    public boolean isConfirmed() {
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void abort() {
        Closing.closeFailed(channel);
    }
}
