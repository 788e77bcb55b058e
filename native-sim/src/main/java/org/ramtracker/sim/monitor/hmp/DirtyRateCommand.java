package org.ramtracker.sim.monitor.hmp;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.DirtyRateRequest.Mode;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;

/** Measures how fast the guest dirties memory, without a migration. */
final class DirtyRateCommand {
    private static final String BOTH = "rb";

    private final ManagedVm vm;

    private DirtyRateCommand(ManagedVm vm) {
        this.vm = vm;
    }

    static HmpCommand of(ManagedVm vm) {
        return HmpCommand.of(
                "calc_dirty_rate",
                "[-r] [-b] second [sample_pages_per_GB]",
                "begin to measure the guest's dirty rate (-r by the dirty ring, -b by the dirty bitmap, else by sampling pages)",
                new DirtyRateCommand(vm)::calculate);
    }

    private void calculate(HmpArguments arguments, Console console)
            throws SyntaxException, MonitorException, IOException {
        String options = arguments.options(BOTH);
        long seconds = arguments.integer();
        OptionalLong samplePages = arguments.optionalInteger();
        arguments.end();
        if (seconds == 0) {
            console.print("Incorrect period length specified!\n");
        } else if (options.contains("r") && options.contains("b")) {
            console.print("Either dirty ring or dirty bitmap can be specified!\n");
        } else {
            begin(seconds, samplePages, mode(options), console);
        }
    }

    private static Mode mode(String options) {
        if (options.contains("r")) {
            return Mode.DIRTY_RING;
        }
        return options.contains("b") ? Mode.DIRTY_BITMAP : Mode.PAGE_SAMPLING;
    }

    private void begin(long seconds, OptionalLong samplePages, Mode mode, Console console)
            throws MonitorException, IOException {
        if (samplePages.isPresent() && mode != Mode.PAGE_SAMPLING) {
            throw new MonitorException("sample-pages is used only in page-sampling mode");
        }
        int pages = Math.clamp(samplePages.orElse(DirtyRateRequest.DEFAULT_SAMPLE_PAGES), 0, Integer.MAX_VALUE);
        vm.calcDirtyRate(new DirtyRateRequest(seconds, TimeUnit.SECONDS, pages, mode));
        console.print("Starting dirty rate measurement with period %d seconds\n".formatted(seconds)
                + "[Please use 'info dirty_rate' to check results]\n");
    }

    static String describe(DirtyRateInfo info) {
        DirtyRateRequest request = info.request()
                .orElse(new DirtyRateRequest(
                        0, TimeUnit.SECONDS, DirtyRateRequest.DEFAULT_SAMPLE_PAGES, Mode.PAGE_SAMPLING));
        StringBuilder text = new StringBuilder();
        text.append("Status: %s\n".formatted(info.status().qmpName()));
        text.append("Start Time: %d (sec)\n".formatted(info.startTimeSeconds()));
        if (request.mode() == Mode.PAGE_SAMPLING) {
            text.append("Sample Pages: %d (per GB)\n".formatted(request.samplePages()));
        }
        text.append("Period: %d (ms)\n".formatted(request.calcTimeUnit().toMillis(request.calcTime())));
        text.append("Mode: %s\n".formatted(request.mode().qmpName()));
        OptionalLong rate = info.dirtyRateMebibytesPerSecond();
        text.append("Dirty rate: %s\n".formatted(rate.isPresent() ? rate.getAsLong() + " (MB/s)" : "(not ready)"));
        return text.toString();
    }
}
