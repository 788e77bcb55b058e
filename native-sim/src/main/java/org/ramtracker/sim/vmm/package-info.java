/** A simulated virtual machine: memory, a guest that dirties it, and its migration as source and as destination. */
@NullMarked
package org.ramtracker.sim.vmm;

import org.jspecify.annotations.NullMarked;
