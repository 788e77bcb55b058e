/**
 * How fast a guest dirties its memory, measured without a migration: QEMU's {@code calc-dirty-rate}. Reads no clock; whoever
 * measures waits between the two looks.
 */
@NullMarked
package org.ramtracker.dirtyrate;

import org.jspecify.annotations.NullMarked;
