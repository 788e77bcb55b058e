/** Word and page primitives over memory segments: a scalar specification and its Vector API twin. */
@NullMarked
package org.ramtracker.simd;

import org.jspecify.annotations.NullMarked;
