package org.ramtracker.trace;

/**
 * How well normal pages compress, from a sample of them: each page of the sample is compressed by itself with zlib's
 * fastest level, and counts as its own size if that made it no smaller.
 *
 * @param sampledPages how many normal pages were tried; 0 if there was none
 * @param sampledBytes their size
 * @param compressedBytes what became of it, at most {@code sampledBytes}
 */
public record CompressionSample(long sampledPages, long sampledBytes, long compressedBytes) {
    /**
     * The share of its size that a normal page keeps.
     *
     * @return compressed over original bytes, in {@code (0, 1]}; 1 if nothing was sampled
     */
    public double compressedShare() {
        return sampledBytes == 0 ? 1 : (double) compressedBytes / sampledBytes;
    }
}
