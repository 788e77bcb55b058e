/** The example of {@code docs/embedding.md}, compiled and run. */
@NullMarked
package org.ramtracker.example;

import org.jspecify.annotations.NullMarked;
