/** What people and programs read about a migration: progress, result, JSON. */
@NullMarked
package org.ramtracker.sim.report;

import org.jspecify.annotations.NullMarked;
