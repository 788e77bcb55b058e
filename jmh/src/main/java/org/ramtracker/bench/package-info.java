/** Benchmarks. */
@NullMarked
package org.ramtracker.bench;

import org.jspecify.annotations.NullMarked;
