package org.ramtracker.sim.monitor.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ramtracker.live.ChannelStatistics;
import org.ramtracker.live.XbzrleStatistics;
import org.ramtracker.migrate.MaxTotalTimeAction;
import org.ramtracker.migrate.MigrationCounter;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationStats;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.MigrationInfo;
import org.ramtracker.sim.monitor.RunState;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferReport;

class HmpTest {
    private final FakeVm vm = new FakeVm();
    private final Hmp hmp = new Hmp(vm, stats -> "progress");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop | stop",
                "s | stop",
                "cont | cont",
                "  c  | cont",
                "migrate -d tcp:127.0.0.1:4444 | migrate tcp:127.0.0.1:4444",
                "migrate -d \"unix:/a b\" | migrate unix:/a b",
                "migrate_cancel | cancel",
                "migrate_incoming tcp:0:4444 | migrate-incoming tcp:0:4444",
                "migrate_continue pre-switchover | continue pre-switchover",
                "migrate_set_capability auto-converge on | capabilities {AUTO_CONVERGE=true}",
                "migrate_set_capability multifd on | capabilities {MULTIFD=true}",
                "migrate_set_capability xbzrle off | capabilities {XBZRLE=false}",
                "migrate_set_capability pause-before-switchover off | capabilities {PAUSE_BEFORE_SWITCHOVER=false}",
                "quit | quit host-ui",
                "q | quit host-ui"
            })
    void commandDoesItsWorkAndIsSilent(String line, String told) {
        assertThat(hmp.execute(line)).isEmpty();
        assertThat(vm.told).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "foo | unknown command: 'foo'",
                "foo bar | unknown command: 'foo'",
                "info foo | unknown command: 'info foo'",
                "help foo | unknown command: 'foo'",
                "stop it | stop: extraneous characters at the end of line/Try \"help stop\" for more information",
                "info status x | status: extraneous characters at the end of line/Try \"help info status\" for more information",
                "migrate | migrate: string expected/Try \"help migrate\" for more information",
                "migrate -x tcp:a:1 | migrate: unsupported option -x/Try \"help migrate\" for more information",
                "migrate \"tcp:a:1 | unterminated string/Try \"help migrate\" for more information",
                "migrate a b | migrate: extraneous characters at the end of line/Try \"help migrate\" for more information",
                "migrate_set_speed | invalid size/Try \"help migrate_set_speed\" for more information",
                "migrate_set_speed 1x | invalid size/Try \"help migrate_set_speed\" for more information",
                "migrate_set_speed 99999999999e | invalid size/Try \"help migrate_set_speed\" for more information",
                "migrate_set_downtime fast | Number expected/Try \"help migrate_set_downtime\" for more information",
                "migrate_set_downtime 3min | Unknown unit suffix/Try \"help migrate_set_downtime\" for more information",
                "migrate_set_downtime 99999999999999999999 | Bad number/Try \"help migrate_set_downtime\" for more information",
                "migrate_set_capability auto-converge 1 | Expected 'on' or 'off'/Try \"help migrate_set_capability\" for more information",
                "migrate_set_capability x on | Error: invalid parameter value: x",
                "migrate_set_parameter x 1 | Error: invalid parameter value: x",
                "migrate_set_parameter auto-converge on | Error: invalid parameter value: auto-converge",
                "migrate_set_parameter max-bandwidth 1x | Error: Invalid size 1x",
                "migrate_set_parameter cpu-throttle-tailslow 1 | Error: Parameter 'cpu-throttle-tailslow' expects 'on' or 'off'",
                "migrate_set_parameter max-total-time-action x | Error: Parameter 'max-total-time-action' expects 'cancel' or 'switch-over'",
                "migrate_set_parameter downtime-limit x | Error: Parameter 'downtime-limit' expects an integer: 0 to 2000000 milliseconds",
                "migrate_set_parameter multifd-channels 0 | Error: Parameter 'multifd-channels' expects a value between 1 and 255",
                "migrate_set_parameter multifd-channels 256 | Error: Parameter 'multifd-channels' expects a value between 1 and 255",
                "migrate_set_parameter multifd-channels x | Error: Parameter 'multifd-channels' expects a value between 1 and 255",
                "migrate_set_parameter multifd-compression lz4 | Error: Parameter 'multifd-compression' does not accept value 'lz4'",
                "migrate_set_parameter multifd-zlib-level 10 | Error: Parameter 'multifd-zlib-level' expects a value between 0 and 9",
                "migrate_set_parameter multifd-zstd-level 21 | Error: Parameter 'multifd-zstd-level' expects a value between 0 and 20",
                "migrate_set_parameter xbzrle-cache-size 3m | Error: Parameter 'xbzrle-cache-size' expects a power of two no less than the target page size",
                "migrate_set_parameter xbzrle-cache-size 2048 | Error: Parameter 'xbzrle-cache-size' expects a power of two no less than the target page size",
                "migrate_set_parameter xbzrle-cache-size 1x | Error: Invalid size 1x",
                "migrate_set_parameter multifd-channels 2 3 | migrate_set_parameter: extraneous characters at the end of line/Try \"help migrate_set_parameter\" for more information",
                "migrate_continue x | Error: invalid parameter value: x",
                "calc_dirty_rate 0 | Incorrect period length specified!",
                "calc_dirty_rate -r -b 1 | Either dirty ring or dirty bitmap can be specified!",
                "calc_dirty_rate -b 1 512 | Error: sample-pages is used only in page-sampling mode",
                "calc_dirty_rate x | invalid number 'x'/Try \"help calc_dirty_rate\" for more information"
            })
    void complaintsAreQemus(String line, String words) {
        assertThat(hmp.execute(line)).isEqualTo(words.replace("/Try", "\nTry") + "\n");
        assertThat(vm.told).isEmpty();
    }

    @Test
    void refusalIsShownAsAnError() {
        vm.refusal = Optional.of("There's a migration process in progress");
        assertThat(hmp.execute("migrate -d tcp:127.0.0.1:1"))
                .isEqualTo("Error: There's a migration process in progress\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\t"})
    void emptyLineIsNothing(String line) {
        assertThat(hmp.execute(line)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "migrate_set_speed 1g, MAX_BANDWIDTH, 1073741824",
        "migrate_set_speed 32, MAX_BANDWIDTH, 33554432",
        "migrate_set_speed 0, MAX_BANDWIDTH, 0",
        "migrate_set_speed 1.5K, MAX_BANDWIDTH, 1536",
        "migrate_set_speed 7B, MAX_BANDWIDTH, 7",
        "migrate_set_downtime 0.03, DOWNTIME_LIMIT, 30000000",
        "migrate_set_downtime 2, DOWNTIME_LIMIT, 2000000000",
        "migrate_set_downtime 30ms, DOWNTIME_LIMIT, 30000000",
        "migrate_set_downtime 500us, DOWNTIME_LIMIT, 500000",
        "migrate_set_convergence_timeout 60, CONVERGENCE_TIMEOUT, 60000000000",
        "migrate_set_convergence_timeout .5, CONVERGENCE_TIMEOUT, 500000000",
        "migrate_set_convergence_timeout 0, CONVERGENCE_TIMEOUT, 0",
        "migrate_set_parameter downtime-limit 30, DOWNTIME_LIMIT, 30000000",
        "migrate_set_parameter max-bandwidth 64, MAX_BANDWIDTH, 67108864",
        "migrate_set_parameter avail-switchover-bandwidth 1g, AVAIL_SWITCHOVER_BANDWIDTH, 1073741824",
        "migrate_set_parameter max-iterations 10, MAX_ITERATIONS, 10",
        "migrate_set_parameter cpu-throttle-tailslow on, CPU_THROTTLE_TAILSLOW, 1",
        "migrate_set_parameter max-total-time-action switch-over, MAX_TOTAL_TIME_ACTION, 1"
    })
    void settingHasQemusUnits(String line, MigrationParameter parameter, long value) {
        assertThat(hmp.execute(line)).isEmpty();
        assertThat(vm.parameters.get(parameter)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "multifd-channels 255, MULTIFD_CHANNELS, 255",
        "multifd-compression zlib, MULTIFD_COMPRESSION, 2",
        "multifd-compression zstd, MULTIFD_COMPRESSION, 4",
        "multifd-zlib-level 0, MULTIFD_ZLIB_LEVEL, 0",
        "multifd-zstd-level 20, MULTIFD_ZSTD_LEVEL, 20",
        "xbzrle-cache-size 4096, XBZRLE_CACHE_SIZE, 4096",
        "xbzrle-cache-size 1g, XBZRLE_CACHE_SIZE, 1073741824"
    })
    void theFormOfPagesIsSetWithQemusNamesAndUnits(String setting, TransferParameter parameter, long value) {
        assertThat(hmp.execute("migrate_set_parameter " + setting)).isEmpty();
        assertThat(vm.transfer.get(parameter)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "migrate_set_downtime 2001",
                "migrate_set_downtime -1",
                "migrate_set_parameter cpu-throttle-initial 100",
                "migrate_set_parameter max-iterations -1"
            })
    void valueOutOfRangeIsRefusedWithTheRange(String line) {
        assertThat(hmp.execute(line)).startsWith("Error: ").contains("out of range: it is ");
        assertThat(vm.parameters.maxTotalTimeAction()).isEqualTo(MaxTotalTimeAction.CANCEL);
        assertThat(vm.parameters.downtimeLimitNanos()).isEqualTo(300_000_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, VM status: running",
        "PAUSED, VM status: paused",
        "INMIGRATE, VM status: paused (inmigrate)",
        "POSTMIGRATE, VM status: paused (postmigrate)"
    })
    void statusIsAsInQemu(RunState state, String line) {
        vm.state = state;
        assertThat(hmp.execute("info status")).isEqualTo(line + "\n");
    }

    @Test
    void ramBlocksAreQemusTable() {
        assertThat(hmp.execute("info ramblock")).isEqualTo("""
                              Block Name    PSize              Offset               Used              Total
                                  pc.ram    4 KiB  0x0000000000000000 0x0000000004000000 0x0000000004000000
                                vga.vram    2 MiB  0x00000000fd000000 0x0000000001000000 0x0000000001000000
                """);
    }

    @Test
    void countersAndNameAreShown() {
        assertThat(hmp.execute("info counters")).isEqualTo("transferred (bytes): 123\nnormal (pages): 4\n");
        assertThat(hmp.execute("info name")).isEqualTo("guest1\n");
        assertThat(hmp.execute("info version")).matches("\\d+\\.\\d+\\.\\d+ \\(ramtracker .+\\)\n");
    }

    @Test
    void parametersAndCapabilitiesAreShownWithTheirUnits() {
        vm.on.add(MigrationCapability.AUTO_CONVERGE);
        assertThat(hmp.execute("info migrate_parameters"))
                .contains("max-bandwidth: 134217728 bytes/second\n")
                .contains("downtime-limit: 300 ms\n")
                .contains("cpu-throttle-initial: 20\n", "cpu-throttle-tailslow: off\n")
                .contains("max-total-time-action: cancel\n")
                .contains("multifd-channels: 2\n", "multifd-compression: none\n", "multifd-zlib-level: 1\n")
                .contains("multifd-zstd-level: 1\n", "xbzrle-cache-size: 67108864 bytes\n")
                .doesNotContain("auto-converge");
        assertThat(hmp.execute("info migrate_capabilities"))
                .isEqualTo("auto-converge: on\nevents: off\npause-before-switchover: off\nmultifd: off\nxbzrle: off\n");
    }

    /** Both at once do not occur; their lines are independent of each other. */
    private static final XbzrleStatistics XBZRLE =
            new XbzrleStatistics(64 << 20, 40 << 10, 100, 300, 7, 4096, 360 << 10, 1_000_000, 0);

    private static ChannelStatistics channel(long bytes) {
        return new ChannelStatistics(bytes, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void migrationIsShownInQemusLines() {
        assertThat(hmp.execute("info migrate")).isEmpty();
        vm.migration = new MigrationInfo(
                MigrationInfo.Direction.OUTGOING,
                MigrationStatus.ACTIVE,
                Optional.of(MigrationStats.of(Map.ofEntries(
                        Map.entry(MigrationCounter.STATUS, (long) MigrationStatus.ACTIVE.code()),
                        Map.entry(MigrationCounter.TOTAL_TIME, 2_100_000_000L),
                        Map.entry(MigrationCounter.SETUP_TIME, 100_000_000L),
                        Map.entry(MigrationCounter.EXPECTED_DOWNTIME, 450_000_000L),
                        Map.entry(MigrationCounter.DOWNTIME_LIMIT, 30_000_000L),
                        Map.entry(MigrationCounter.TRANSFERRED, 10L << 20),
                        Map.entry(MigrationCounter.REMAINING, 20L << 20),
                        Map.entry(MigrationCounter.TOTAL, 80L << 20),
                        Map.entry(MigrationCounter.PAGE_SIZE, 4096L),
                        Map.entry(MigrationCounter.NORMAL, 2500L),
                        Map.entry(MigrationCounter.DUPLICATE, 500L),
                        Map.entry(MigrationCounter.DIRTY_SYNC_COUNT, 3L),
                        Map.entry(MigrationCounter.DIRTY_PAGES_RATE, 77L),
                        Map.entry(MigrationCounter.THROTTLE, 20L)))),
                new TransferReport(Optional.of(XBZRLE), List.of(channel(5 << 20), channel(3 << 20))),
                Optional.empty(),
                Optional.empty());
        assertThat(hmp.execute("info migrate")).isEqualTo("""
                Migration status: active
                total time: 2100 ms
                expected downtime: 450 ms
                setup: 100 ms
                transferred ram: 10240 kbytes
                throughput: 41.94 mbps
                remaining ram: 20480 kbytes
                total ram: 81920 kbytes
                duplicate: 500 pages
                normal: 2500 pages
                normal bytes: 10000 kbytes
                dirty sync count: 3
                page size: 4 kbytes
                multifd bytes: 8192 kbytes
                pages-per-second: 1500
                dirty pages rate: 77 pages
                cache size: 67108864 bytes
                xbzrle transferred: 40 kbytes
                xbzrle pages: 100 pages
                xbzrle cache miss: 300 pages
                xbzrle cache miss rate: 0.75
                xbzrle encoding rate: 10.00
                xbzrle overflow: 7
                cpu throttle percentage: 20
                downtime limit: 30 ms
                switchover cost: 0 ms
                """);
    }

    @Test
    void failureIsShownWithItsReasonAndAWaitWithItsAddress() {
        vm.migration = new MigrationInfo(
                MigrationInfo.Direction.OUTGOING,
                MigrationStatus.FAILED,
                Optional.empty(),
                TransferReport.NOTHING,
                Optional.of("the link broke"),
                Optional.empty());
        assertThat(hmp.execute("info migrate")).isEqualTo("Migration status: failed (the link broke)\n");
        vm.migration = new MigrationInfo(
                MigrationInfo.Direction.INCOMING,
                MigrationStatus.SETUP,
                Optional.empty(),
                TransferReport.NOTHING,
                Optional.empty(),
                Optional.of("tcp:127.0.0.1:4444"));
        assertThat(hmp.execute("info migrate"))
                .isEqualTo("Migration status: setup\nsocket address: [\n\ttcp:127.0.0.1:4444\n]\n");
    }

    @Test
    void dirtyRateIsMeasuredAndShown() {
        assertThat(hmp.execute("info dirty_rate")).contains("Status: unstarted\n", "Dirty rate: (not ready)\n");
        assertThat(hmp.execute("calc_dirty_rate 1")).isEqualTo("""
                Starting dirty rate measurement with period 1 seconds
                [Please use 'info dirty_rate' to check results]
                """);
        hmp.execute("calc_dirty_rate 2 1024");
        hmp.execute("calc_dirty_rate -b 3");
        hmp.execute("calc_dirty_rate -r 3");
        assertThat(vm.measurements)
                .containsExactly(
                        new DirtyRateRequest(1, TimeUnit.SECONDS, 512, DirtyRateRequest.Mode.PAGE_SAMPLING),
                        new DirtyRateRequest(2, TimeUnit.SECONDS, 1024, DirtyRateRequest.Mode.PAGE_SAMPLING),
                        new DirtyRateRequest(3, TimeUnit.SECONDS, 512, DirtyRateRequest.Mode.DIRTY_BITMAP),
                        new DirtyRateRequest(3, TimeUnit.SECONDS, 512, DirtyRateRequest.Mode.DIRTY_RING));

        vm.dirtyRate = new DirtyRateInfo(
                DirtyRateInfo.Status.MEASURED,
                OptionalLong.of(96),
                1_795_000_000L,
                Optional.of(vm.measurements.getFirst()));
        assertThat(hmp.execute("info dirty_rate")).isEqualTo("""
                Status: measured
                Start Time: 1795000000 (sec)
                Sample Pages: 512 (per GB)
                Period: 1000 (ms)
                Mode: page-sampling
                Dirty rate: 96 (MB/s)
                """);
    }

    @Test
    void helpNamesEveryCommandAndEveryTopic() {
        String help = hmp.execute("help");
        assertThat(help.lines()).hasSizeGreaterThan(15).allMatch(line -> line.contains(" -- "));
        assertThat(help)
                .contains(
                        "migrate [-d] uri -- ",
                        "quit|q -- ",
                        "stop|s -- ",
                        "migrate_set_convergence_timeout seconds -- ");
        assertThat(hmp.execute("?")).isEqualTo(help);
        assertThat(hmp.execute("help quit")).isEqualTo("quit|q -- end the VM and its guest\n");
        assertThat(hmp.execute("help info status")).isEqualTo("info status -- show whether the guest runs\n");
        assertThat(hmp.execute("info")).isEqualTo(hmp.execute("help info")).contains("info ramblock -- ");
    }

    @Test
    void whoeverAsksForOneAnswerDoesNotWaitForAMigration() {
        assertThat(hmp.execute("migrate tcp:127.0.0.1:4444"))
                .isEqualTo("terminal does not allow synchronous migration, continuing detached\n");
        assertThat(vm.told).containsExactly("migrate tcp:127.0.0.1:4444");
    }

    @Test
    void guestIsChecked() {
        assertThat(hmp.execute("check_guest")).isEqualTo("passed: 20480 pages checked\n");
    }

    @Test
    void completionKnowsCommandsTopicsParametersAndCapabilities() {
        assertThat(hmp.completions(List.of())).contains("migrate", "info", "quit", "migrate_set_parameter");
        assertThat(hmp.completions(List.of("info"))).contains("migrate", "status", "dirty_rate");
        assertThat(hmp.completions(List.of("help"))).contains("migrate_cancel");
        assertThat(hmp.completions(List.of("migrate_set_parameter")))
                .contains("downtime-limit", "convergence-timeout", "multifd-channels")
                .doesNotContain("auto-converge");
        assertThat(hmp.completions(List.of("migrate_set_capability"))).contains("auto-converge");
        assertThat(hmp.completions(List.of("migrate_set_capability", "events"))).containsExactly("on", "off");
        assertThat(hmp.completions(List.of("stop"))).isEmpty();
        assertThat(hmp.completions(List.of("foo"))).isEmpty();
    }
}
