package org.ramtracker.live;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.ramtracker.stream.RefusedException;
import org.ramtracker.stream.SectionBody;
import org.ramtracker.stream.VmDescription;

/**
 * The frame around a device's state, with which a reader can step over a device that it does not know.
 *
 * <pre>
 *    0        4
 *   +--------+------------------
 *   | be32 n | n bytes of state
 *   +--------+------------------
 * </pre>
 */
final class DeviceSections {
    private DeviceSections() {}

    /** The body of a device's section. */
    static ByteBuffer save(DeviceStateSource device) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(Integer.BYTES + device.stateBytesMax());
        ByteBuffer state = body.slice(Integer.BYTES, device.stateBytesMax());
        try {
            device.save(state);
        } catch (BufferOverflowException e) {
            throw new IOException(
                    "device %s wrote more than the %d bytes that it announced"
                            .formatted(device.idstr(), device.stateBytesMax()),
                    e);
        } catch (IOException e) {
            throw new IOException("saving device %s: %s".formatted(device.idstr(), Reason.of(e)), e);
        }
        body.putInt(0, state.position());
        return body.limit(Integer.BYTES + state.position());
    }

    /** The same frame for tools that go by the description. */
    static VmDescription.Device describe(DeviceStateSource device, int bodyBytes) {
        return new VmDescription.Device(
                device.idstr(),
                device.instanceId(),
                device.version(),
                List.of(
                        new VmDescription.Field("length", "uint32", Integer.BYTES),
                        new VmDescription.Field("state", "buffer", bodyBytes - Integer.BYTES)));
    }

    /** Reads a body and has the device load it. */
    static void load(DeviceStateTarget device, int version, SectionBody body) throws IOException {
        int stateBytes = body.be32();
        if (stateBytes < 0 || stateBytes > device.stateBytesMax()) {
            throw new RefusedException("device %s: %s bytes of state, more than %d"
                    .formatted(device.idstr(), Integer.toUnsignedString(stateBytes), device.stateBytesMax()));
        }
        ByteBuffer state = ByteBuffer.allocate(stateBytes);
        body.read(state);
        load(device, version, state.flip());
    }

    private static void load(DeviceStateTarget device, int version, ByteBuffer state) throws RefusedException {
        try {
            device.load(version, state);
        } catch (IOException | RuntimeException e) {
            RefusedException refused =
                    new RefusedException("device %s: its state cannot be loaded: %s".formatted(device.idstr(), e));
            refused.initCause(e);
            throw refused;
        }
        if (state.hasRemaining()) {
            throw new RefusedException("device %s: %d bytes of its state are left over; is it another version?"
                    .formatted(device.idstr(), state.remaining()));
        }
    }
}
