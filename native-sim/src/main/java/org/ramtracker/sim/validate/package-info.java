/** Forecasts held against real migrations of the same guests. */
@NullMarked
package org.ramtracker.sim.validate;

import org.jspecify.annotations.NullMarked;
