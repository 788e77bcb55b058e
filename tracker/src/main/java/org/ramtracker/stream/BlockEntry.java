package org.ramtracker.stream;

/**
 * An entry of the block list.
 *
 * @param idstr name of the block
 * @param usedLengthBytes its length, a positive multiple of the page size
 */
public record BlockEntry(String idstr, long usedLengthBytes) {}
