/**
 * The live world: the engine's {@link org.ramtracker.migrate.RamSink} on a connection or a file, and the receiving side.
 *
 * <pre>{@code
 *        source                                              destination
 *   header, configuration  ------------------------------->
 *   OPEN_RETURN_PATH, PING 1 ----------------------------->
 *                          &lt;------------------------------- PONG 1
 *   START(ram): block list ------------------------------->  checks or creates the memory
 *   PART(ram): pages, as often as the engine likes ------->  loads pages
 *   guest paused and drained
 *   END(ram), FULL(device)*, EOF, VMDESCRIPTION ---------->  loads the rest
 *                          &lt;------------------------------- SHUT 0, or SHUT 1 with a reason
 *   guest given up: PING 2, the commit ------------------->  only now the guest may run here
 * }</pre>
 *
 * <p>At every moment at most one side may run the guest. Until the commit has left, it is the source; if the connection ends
 * without a commit, the destination cannot know which side it is, and does not run the guest. A file or a pipe has no return
 * direction: there are no commands in it, and no confirmation.
 *
 * <p>The payload of SHUT 1 is the value and then the reason in UTF-8. QEMU expects the value alone: it reports a failure for
 * either, and only our source shows the reason.
 */
@NullMarked
package org.ramtracker.live;

import org.jspecify.annotations.NullMarked;
