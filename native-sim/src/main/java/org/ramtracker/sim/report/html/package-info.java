/** Reports to look at: pages that stand alone, with data, style, script and charts inside, and that ask the network for nothing. */
@NullMarked
package org.ramtracker.sim.report.html;

import org.jspecify.annotations.NullMarked;
