/** HMP: the monitor for people, on a terminal, in a pipe and over a socket, in the words of QEMU's. */
@NullMarked
package org.ramtracker.sim.monitor.hmp;

import org.jspecify.annotations.NullMarked;
