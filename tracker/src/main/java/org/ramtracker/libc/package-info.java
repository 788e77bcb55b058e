/** Every native call of the project, with errno by name. */
@NullMarked
package org.ramtracker.libc;

import org.jspecify.annotations.NullMarked;
