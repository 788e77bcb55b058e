/** From bitmap words to page runs, and from pages to duplicate or normal. */
@NullMarked
package org.ramtracker.scan;

import org.jspecify.annotations.NullMarked;
