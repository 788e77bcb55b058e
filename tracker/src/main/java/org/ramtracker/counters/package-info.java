/** Files of Agrona counters, so that another process can watch. Knows nothing of what is counted. */
@NullMarked
package org.ramtracker.counters;

import org.jspecify.annotations.NullMarked;
