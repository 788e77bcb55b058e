/** Guest RAM: blocks of host memory at guest-physical addresses. Knows nothing of dirtiness. */
@NullMarked
package org.ramtracker.memory;

import org.jspecify.annotations.NullMarked;
