package org.ramtracker.sim.vmm;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ramtracker.live.DeviceStateSource;
import org.ramtracker.sim.guest.Guest;

/**
 * The guest's own state as the machine's one device: a byte of flags, then what {@link Guest#saveState} gives.
 *
 * <pre>
 *   0 u8 flags: 1 = the source wants to compare both memories before the guest runs on
 *               2 = the source waits for the guest's self-check; see {@link Message}
 *   1 the guest's state
 * </pre>
 */
final class GuestDevice implements DeviceStateSource {
    static final String IDSTR = "ramtracker-guest";
    static final int INSTANCE_ID = 0;
    static final int VERSION = 1;
    static final int FLAG_COMPARE = 1;
    static final int FLAG_REPORT = 2;

    private final Guest guest;
    private final int flags;

    private GuestDevice(Guest guest, int flags) {
        this.guest = guest;
        this.flags = flags;
    }

    /** For a source that is done once it has given the guest up. */
    static GuestDevice of(Guest guest) {
        return new GuestDevice(guest, 0);
    }

    /** For a source that wants to know what arrived. */
    static GuestDevice reporting(Guest guest, boolean compare) {
        return new GuestDevice(guest, compare ? FLAG_REPORT | FLAG_COMPARE : FLAG_REPORT);
    }

    @Override
    public String idstr() {
        return IDSTR;
    }

    @Override
    public int instanceId() {
        return INSTANCE_ID;
    }

    @Override
    public int version() {
        return VERSION;
    }

    @Override
    public int stateBytesMax() {
        return 1 + guest.stateLengthBytes();
    }

    @Override
    public void save(ByteBuffer state) throws IOException {
        try {
            state.put((byte) flags).put(guest.saveState());
        } catch (IllegalStateException e) {
            throw new IOException("the guest's state cannot be saved: " + e.getMessage(), e);
        }
    }
}
