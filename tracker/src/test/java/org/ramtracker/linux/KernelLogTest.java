package org.ramtracker.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ramtracker.dirty.PageBitmap;
import org.ramtracker.libc.Libc;
import org.ramtracker.libc.LibcException;

class KernelLogTest {
    private final PageBitmap pending = new PageBitmap(64);
    private final Scripted log = new Scripted();

    @AfterEach
    void free() {
        log.refused.clear();
        log.close();
        pending.close();
    }

    @Test
    void stopThatWasRefusedIsAskedForAgain() {
        log.start();
        log.refused.add("end");
        assertThatThrownBy(log::stop).isInstanceOf(UncheckedIOException.class).hasMessageContaining("end");

        log.stop();
        log.stop();

        assertThat(log.steps).containsExactly("begin", "end", "end");
        assertThatThrownBy(() -> log.sync(pending)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void logThatCouldNotBeStoppedIsStillSynced() {
        log.start();
        log.refused.add("end");
        assertThatThrownBy(log::stop).isInstanceOf(UncheckedIOException.class);

        assertThat(log.sync(pending)).isEqualTo(1);
    }

    @Test
    void startThatWasRefusedIsUndoneAndLeavesTheLogStopped() {
        log.refused.add("begin");

        assertThatThrownBy(log::start).isInstanceOf(UncheckedIOException.class).hasMessageContaining("begin");

        assertThat(log.steps).containsExactly("begin", "end");
        assertThatThrownBy(() -> log.sync(pending)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingGivesEverythingBackAlthoughTheStopIsRefused() {
        log.start();
        log.refused.add("end");

        assertThatThrownBy(log::close).isInstanceOf(UncheckedIOException.class).hasMessageContaining("end");
        log.close();

        assertThat(log.steps).containsExactly("begin", "end", "release");
        assertThat(log.arena.scope().isAlive()).isFalse();
        assertThatThrownBy(log::start).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    /** Notes its steps; a step that is named in {@link #refused} is refused once. */
    private static final class Scripted extends KernelLog {
        final List<String> steps = new ArrayList<>();
        final List<String> refused = new ArrayList<>();

        @Override
        void begin() throws LibcException {
            step("begin");
        }

        @Override
        long collectInto(PageBitmap pages) {
            return 1;
        }

        @Override
        void end() throws LibcException {
            step("end");
        }

        @Override
        void release() throws LibcException {
            step("release");
        }

        private void step(String name) throws LibcException {
            steps.add(name);
            if (refused.remove(name)) {
                FileHandle.open("/there is no " + name, Libc.O_RDONLY);
            }
        }
    }
}
