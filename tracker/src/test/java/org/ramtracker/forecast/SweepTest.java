package org.ramtracker.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final long PAGES = 1 << 14;
    private static final long MS = 1_000_000;
    private static final TraceIdentity TRACE = new TraceIdentity("trace", "0123abcd");
    private static final DirtyHistory HISTORY =
            MadeHistory.random(PAGES, 100, 3000, 9_000, 100, MadeHistory.EPOCH_NANOS);

    private static SweepCase question(String policy, long bytesPerSecond) {
        return new SweepCase(
                TRACE, policy, 30 * MS, LinkModel.of(bytesPerSecond), MachineModel.IDEAL, 0, 600_000 * MS, 0);
    }

    private static List<SweepCase> cases() {
        return IntStream.range(0, 10)
                .mapToObj(i -> question(i % 2 == 0 ? "treutner" : "xen", 20_000_000L + i * 10_000_000L))
                .toList();
    }

    private static List<SweepRow> rows(int threads) throws InterruptedException {
        List<SweepRow> rows = new ArrayList<>();
        Sweep.run(cases(), trace -> HISTORY, threads, rows::add);
        return rows;
    }

    @Test
    void rowsAreTheSameInTheSameOrderOnAnyNumberOfThreads() throws InterruptedException {
        assertThat(rows(1)).extracting(SweepRow::sweepCase).isEqualTo(cases());
        assertThat(rows(4)).isEqualTo(rows(1));
    }

    @Test
    void rowIsThatOfTheForecastOfItsCase() {
        SweepCase question = question("qemu", 100_000_000);

        SweepRow row = Sweep.row(question, HISTORY);

        Forecast forecast = Forecaster.forecast(question.request(HISTORY));
        assertThat(row.verdict()).isEqualTo(forecast.verdict());
        assertThat(row.totalNanos()).isEqualTo(forecast.course().stats().elapsedNanos());
        assertThat(row.regret()).isEqualTo(Regret.of(forecast.request(), forecast.course()));
    }

    @Test
    void historyInMemoryHasTheSameAnswers() {
        SweepCase question = question("qemu-autoconverge", 30_000_000);
        assertThat(Sweep.row(question, HISTORY.inMemory())).isEqualTo(Sweep.row(question, HISTORY));
        assertThat(HISTORY.inMemory().inMemory().epochs()).isEqualTo(HISTORY.epochs());
    }

    @Test
    void keyTellsCasesApartAndNeverChanges() {
        assertThat(cases()).extracting(SweepCase::key).doesNotHaveDuplicates();
        assertThat(question("qemu", 1).key())
                .matches("[0-9a-f]{16}")
                .isEqualTo(question("qemu", 1).key());
        SweepCase other = new SweepCase(
                new TraceIdentity("trace", "ffffffff"),
                "qemu",
                30 * MS,
                LinkModel.of(1),
                MachineModel.IDEAL,
                0,
                600_000 * MS,
                0);
        assertThat(other.key()).isNotEqualTo(question("qemu", 1).key());
    }

    @Test
    void shardsShareTheCasesAmongThem() {
        List<SweepCase> all = new ArrayList<>();
        for (int shard = 0; shard < 3; shard++) {
            all.addAll(Sweep.shard(cases(), shard, 3));
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(cases());
        assertThatThrownBy(() -> Sweep.shard(cases(), 3, 3)).hasMessage("shard 3 of 3");
    }

    @Test
    void unknownPolicyIsRefusedWithTheNames() {
        assertThatThrownBy(() -> Sweep.run(List.of(question("magic", 1)), trace -> HISTORY, 1, row -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("policy 'magic' is unknown; there are qemu,");
    }
}
