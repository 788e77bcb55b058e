/** What the Linux kernel offers on this host: probes that say in words why something is not available. */
@NullMarked
package org.ramtracker.linux;

import org.jspecify.annotations.NullMarked;
