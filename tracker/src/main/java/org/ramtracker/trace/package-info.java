/**
 * Dirty traces: a guest's writes, epoch by epoch, in a growing memory-mapped file. {@code DirtyTraceRecorder} turns any
 * {@link org.ramtracker.dirty.DirtyLog} into one, {@code DirtyTrace} reads it, also while it is being written.
 */
@NullMarked
package org.ramtracker.trace;

import org.jspecify.annotations.NullMarked;
