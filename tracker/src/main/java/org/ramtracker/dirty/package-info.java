/** Which pages were written: concurrent marks, the log port, and the owner of harvested bits. Knows nothing of the wire. */
@NullMarked
package org.ramtracker.dirty;

import org.jspecify.annotations.NullMarked;
