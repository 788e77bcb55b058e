package org.ramtracker.sim.vmm;

import org.ramtracker.sim.monitor.MonitorException;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.stream.XbzrleEncoder;

/** Refuses to migrate with pages in a form that does not go to that place, or with that guest, before anything has begun. */
final class FormCheck {
    private FormCheck() {}

    static void refuseUnlessSendable(TransferSpec form, Endpoint to, int pageBytes) throws MonitorException {
        refuseChannelsOfFile(form.channels(), to);
        if (form.xbzrleCacheBytes() > 0 && pageBytes > XbzrleEncoder.PAGE_BYTES_MAX) {
            throw new MonitorException("xbzrle can encode pages of up to %d bytes, not of %d: switch it off"
                    .formatted(XbzrleEncoder.PAGE_BYTES_MAX, pageBytes));
        }
        if (form.xbzrleCacheBytes() > 0 && form.xbzrleCacheBytes() < pageBytes) { // it was set before the guest arrived
            throw new MonitorException(TransferParameter.XBZRLE_CACHE_SIZE.refusal());
        }
    }

    /** In QEMU's words. */
    static void refuseChannelsOfFile(int channels, Endpoint endpoint) throws MonitorException {
        if (channels > 0 && endpoint instanceof Endpoint.File) {
            throw new MonitorException("Migration requires multi-channel URIs (e.g. tcp)");
        }
    }
}
