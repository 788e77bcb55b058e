package org.ramtracker.linux;

/**
 * The host's reserved huge pages of one size (hugetlbfs).
 *
 * @param pageBytes size of a page
 * @param pages how many are reserved
 * @param freePages how many of them nobody uses
 */
public record HugePagePool(long pageBytes, long pages, long freePages) {}
