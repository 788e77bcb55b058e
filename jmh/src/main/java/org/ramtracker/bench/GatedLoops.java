package org.ramtracker.bench;

import java.io.IOException;
import java.util.List;

/** The loops that the gate holds, taken from the benchmarks, which check their answers first; and the floors. */
final class GatedLoops implements AutoCloseable {
    private final PageClassifierBenchmark cached = new PageClassifierBenchmark();
    private final PageClassifierBenchmark inMemory = new PageClassifierBenchmark();
    private final ScanBenchmark full = new ScanBenchmark();
    private final ScanBenchmark sparse = new ScanBenchmark();
    private final EncodeBenchmark encode = new EncodeBenchmark();
    private final XbzrleBenchmark delta = new XbzrleBenchmark();

    GatedLoops() throws IOException {
        cached.place = PageClassifierBenchmark.Place.L1;
        inMemory.place = PageClassifierBenchmark.Place.MEMORY;
        cached.fillAndCheck();
        inMemory.fillAndCheck();
        full.dirty = ScanBenchmark.Dirty.FULL;
        sparse.dirty = ScanBenchmark.Dirty.SPARSE;
        full.mark();
        sparse.mark();
        encode.fill();
        delta.changeAndCheck();
    }

    /** Each floor is about half of the ratio that is usual on a machine that others use too. */
    List<RatioGate.Pair> pairs() {
        return List.of(
                // Scalar loops come to 0.1, vector ones to 0.33, beside a load of 6 on two cores to 0.18.
                new RatioGate.Pair("classify zero pages in the cache", 0.14, cached::plainRead, cached::vector),
                new RatioGate.Pair("classify zero pages in memory", 0.45, inMemory::plainRead, inMemory::vector),
                // A word at a time comes to 0.2, a bit at a time to less than 0.01.
                new RatioGate.Pair("full bitmap of 512 GiB to runs", 0.4, full::plainRead, full::runs),
                new RatioGate.Pair("sparse bitmap of 512 GiB to runs", 0.2, sparse::plainRead, sparse::runs),
                new RatioGate.Pair("random pages to the main stream", 0.3, encode::copyOrRead, encode::mainStream),
                new RatioGate.Pair("random pages to packets", 0.3, encode::copyOrRead, encode::packets),
                // Against its scalar twin: the vector encoder is several times as fast.
                new RatioGate.Pair(
                        "XBZRLE with vectors, against by the word", 1.2, delta::encodeScalar, delta::encode));
    }

    @Override
    public void close() {
        cached.free();
        inMemory.free();
        full.free();
        sparse.free();
        encode.free();
        delta.free();
    }
}
