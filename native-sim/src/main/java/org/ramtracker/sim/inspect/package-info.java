/** Reads a recorded migration stream and tells what is in it. */
@NullMarked
package org.ramtracker.sim.inspect;

import org.jspecify.annotations.NullMarked;
