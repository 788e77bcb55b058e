package org.ramtracker.live;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A device whose state is some bytes. */
class TestDevice implements DeviceStateSource, DeviceStateTarget {
    private final String idstr;
    private final int instanceId;
    private final int version;
    private final byte[] state;

    TestDevice(String idstr, int instanceId, int version, byte[] state) {
        this.idstr = idstr;
        this.instanceId = instanceId;
        this.version = version;
        this.state = state;
    }

    /** An empty one of the same kind. */
    TestDevice twin() {
        return new TestDevice(idstr, instanceId, version, new byte[state.length]);
    }

    @Override
    public String idstr() {
        return idstr;
    }

    @Override
    public int instanceId() {
        return instanceId;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public int stateBytesMax() {
        return state.length;
    }

    @Override
    public void save(ByteBuffer target) {
        target.put(state);
    }

    @Override
    public void load(int streamVersion, ByteBuffer source) {
        source.get(state);
    }

    boolean sameState(TestDevice other) {
        return Arrays.equals(state, other.state);
    }
}
