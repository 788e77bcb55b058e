package org.ramtracker.sim.monitor.qmp;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ramtracker.sim.monitor.DirtyRateInfo;
import org.ramtracker.sim.monitor.DirtyRateRequest;
import org.ramtracker.sim.monitor.DirtyRateRequest.Mode;
import org.ramtracker.sim.monitor.ManagedVm;
import org.ramtracker.sim.monitor.MonitorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How fast the guest dirties memory, measured without a migration. */
final class DirtyRateCommands {
    private static final String UNIT = "calc-time-unit";
    private static final String SECOND = "second";
    private static final String MILLISECOND = "millisecond";

    private final ManagedVm vm;

    DirtyRateCommands(ManagedVm vm) {
        this.vm = vm;
    }

    void addTo(Map<String, QmpCommand> commands) {
        commands.put("calc-dirty-rate", this::calculate);
        commands.put("query-dirty-rate", this::query);
    }

    private JsonNode calculate(Arguments arguments) throws MonitorException {
        long time = arguments.integer("calc-time");
        TimeUnit unit = unit(arguments);
        var samplePages = arguments.optionalInteger("sample-pages");
        Mode mode = mode(arguments);
        arguments.end();
        if (samplePages.isPresent() && mode != Mode.PAGE_SAMPLING) {
            throw new MonitorException("sample-pages is used only in page-sampling mode");
        }
        long pages = samplePages.orElse(DirtyRateRequest.DEFAULT_SAMPLE_PAGES);
        int pagesInRange = Math.clamp(pages, -1, Integer.MAX_VALUE); // the machine refuses both ends
        vm.calcDirtyRate(new DirtyRateRequest(time, unit, pagesInRange, mode));
        return QmpJson.object();
    }

    private static Mode mode(Arguments arguments) throws MonitorException {
        Optional<String> name = arguments.optionalString("mode");
        if (name.isEmpty()) {
            return Mode.PAGE_SAMPLING;
        }
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.qmpName().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> arguments.notAccepted("mode", name.get()));
    }

    private static TimeUnit unit(Arguments arguments) throws MonitorException {
        String name = arguments.optionalString(UNIT).orElse(SECOND);
        return switch (name) {
            case SECOND -> TimeUnit.SECONDS;
            case MILLISECOND -> TimeUnit.MILLISECONDS;
            default -> throw arguments.notAccepted(UNIT, name);
        };
    }

    private JsonNode query(Arguments arguments) throws MonitorException {
        TimeUnit unit = unit(arguments);
        arguments.end();
        return json(vm.dirtyRate(), unit);
    }

    private static ObjectNode json(DirtyRateInfo info, TimeUnit unit) {
        ObjectNode json = QmpJson.object();
        info.dirtyRateMebibytesPerSecond().ifPresent(rate -> json.put("dirty-rate", rate));
        json.put("status", info.status().qmpName());
        json.put("start-time", info.startTimeSeconds());
        info.request().ifPresentOrElse(request -> putRequest(json, request, unit), () -> putNothingAsked(json, unit));
        return json;
    }

    private static void putRequest(ObjectNode json, DirtyRateRequest request, TimeUnit unit) {
        json.put("calc-time", unit.convert(request.calcTime(), request.calcTimeUnit()));
        json.put(UNIT, name(unit));
        json.put("sample-pages", request.samplePages());
        json.put("mode", request.mode().qmpName());
    }

    private static void putNothingAsked(ObjectNode json, TimeUnit unit) {
        json.put("calc-time", 0).put(UNIT, name(unit)).put("sample-pages", DirtyRateRequest.DEFAULT_SAMPLE_PAGES);
        json.put("mode", Mode.PAGE_SAMPLING.qmpName());
    }

    private static String name(TimeUnit unit) {
        return unit == TimeUnit.SECONDS ? SECOND : MILLISECOND;
    }
}
