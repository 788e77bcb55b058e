/** The pre-copy engine: the order of things, its ports, its statistics and its rules. Reads no clock, opens no socket, touches no page contents, draws no random number. */
@NullMarked
package org.ramtracker.migrate;

import org.jspecify.annotations.NullMarked;
