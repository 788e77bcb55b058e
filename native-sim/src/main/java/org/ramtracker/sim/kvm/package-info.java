/** A virtual machine on KVM: memory slots, vCPUs and their registers. Knows nothing of what runs in it. */
@NullMarked
package org.ramtracker.sim.kvm;

import org.jspecify.annotations.NullMarked;
