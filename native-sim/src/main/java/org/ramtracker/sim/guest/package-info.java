/**
 * Guests that dirty memory: seeded synthetic ones, which mark what they write and can prove after a migration that no
 * stale page was resumed.
 */
@NullMarked
package org.ramtracker.sim.guest;

import org.jspecify.annotations.NullMarked;
