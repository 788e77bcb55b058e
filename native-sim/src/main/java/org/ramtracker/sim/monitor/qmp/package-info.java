/** QMP: JSON commands over Unix sockets, as QEMU speaks it. */
@NullMarked
package org.ramtracker.sim.monitor.qmp;

import org.jspecify.annotations.NullMarked;
