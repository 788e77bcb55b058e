/**
 * How people and programs drive a running machine. {@link org.ramtracker.sim.monitor.ManagedVm} is the port: QMP and HMP are
 * both a thin translation to it, and whoever runs a machine implements it.
 */
@NullMarked
package org.ramtracker.sim.monitor;

import org.jspecify.annotations.NullMarked;
