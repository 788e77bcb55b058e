/** Forecasts: what would become of a migration, told without moving a byte. */
@NullMarked
package org.ramtracker.forecast;

import org.jspecify.annotations.NullMarked;
