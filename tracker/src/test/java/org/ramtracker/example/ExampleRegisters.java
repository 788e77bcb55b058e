package org.ramtracker.example;

// docs:begin device
import java.nio.ByteBuffer;
import org.ramtracker.live.DeviceStateSource;
import org.ramtracker.live.DeviceStateTarget;

/** What a vCPU knows beside its memory: here one register. Saved while the guest is paused, loaded before it is started. */
final class ExampleRegisters implements DeviceStateSource, DeviceStateTarget {
    private volatile long counter;

    long counter() {
        return counter;
    }

    void setCounter(long value) {
        counter = value;
    }

    @Override
    public String idstr() {
        return "example-cpu";
    }

    @Override
    public int instanceId() {
        return 0;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int stateBytesMax() {
        return Long.BYTES;
    }

    @Override
    public void save(ByteBuffer state) {
        state.putLong(counter);
    }

    @Override
    public void load(int version, ByteBuffer state) {
        counter = state.getLong();
    }
}
// docs:end device
