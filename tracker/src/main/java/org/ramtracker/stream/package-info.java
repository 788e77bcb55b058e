/**
 * QEMU's migration stream, as far as guest RAM is concerned: a writer into a caller's buffer, a reader of untrusted bytes,
 * and one {@code *Descriptor} per layout. It does not know why a page is sent.
 *
 * <pre>
 *   stream  = magic, version [configuration] { command | section } EOF [vmdescription]
 *   section = START | PART | END | FULL, ended by a footer (machine types since 2.4)
 * </pre>
 *
 * <p>All integers are big-endian and unsigned. The format is described in {@code docs/formats.md}.
 */
@NullMarked
package org.ramtracker.stream;

import org.jspecify.annotations.NullMarked;
