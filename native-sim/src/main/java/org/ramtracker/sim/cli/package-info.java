/** The command line: parsing, progress and exit codes; no behaviour of its own. */
@NullMarked
package org.ramtracker.sim.cli;

import org.jspecify.annotations.NullMarked;
