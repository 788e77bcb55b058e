package org.ramtracker.sim.monitor.hmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ramtracker.migrate.MigrationStatus;
import org.ramtracker.sim.monitor.ShutdownReason;

/** A person at a terminal, keystroke by keystroke. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TerminalSessionTest {
    /** The key's {@code kcuu1} of an xterm whose keypad sends, which is how a line editor sets it. */
    private static final String UP = "\u001bOA";

    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String TAB = "\t";
    private static final String ENTER = "\r";

    private final FakeVm vm = new FakeVm();
    private final PipedOutputStream keys = new PipedOutputStream();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private Terminal terminal;
    private Thread session;

    @BeforeEach
    void sitDown() throws IOException {
        terminal = new ExternalTerminal("test", "xterm", new PipedInputStream(keys), screen, StandardCharsets.UTF_8);
        terminal.setSize(new Size(200, 50));
        TerminalSession talk = new TerminalSession(new Hmp(vm, stats -> "progress"), terminal);
        session = Thread.ofPlatform().daemon().start(talk::run);
    }

    @AfterEach
    void getUp() throws IOException {
        vm.quit(ShutdownReason.HOST_UI);
        keys.close();
        terminal.close();
    }

    private void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** What is on the screen, with what moves its cursor. */
    private String shown() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    private void awaitShown(String text) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(shown()).contains(text));
    }

    private void awaitTold(String... told) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(vm.told).containsExactly(told));
    }

    @Test
    void personIsGreetedPromptedAndAnswered() throws IOException {
        awaitShown("ramtracker monitor of guest1 - type 'help' for more information");
        awaitShown("(ramtracker) ");
        type("info status" + ENTER);
        awaitShown("VM status: running");
    }

    @Test
    void tabCompletesCommandsAndTheirArguments() throws IOException {
        type("migrate_c" + TAB + "a" + TAB + ENTER);
        awaitTold("cancel");
        type("migrate_set_cap" + TAB + "pau" + TAB + "on" + ENTER);
        awaitTold("cancel", "capabilities {PAUSE_BEFORE_SWITCHOVER=true}");
        type("migrate_set_p" + TAB + "downtime" + TAB + "30" + ENTER);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(vm.parameters.downtimeLimitNanos()).isEqualTo(30_000_000L));
        type("info sta" + TAB + ENTER);
        awaitShown("VM status: running");
    }

    @Test
    void historyGivesTheLastLineAgain() throws IOException {
        type("stop" + ENTER);
        awaitTold("stop");
        type(UP + ENTER);
        awaitTold("stop", "stop");
    }

    @Test
    void interruptAtThePromptDropsTheLineAndNotTheGuest() throws IOException {
        awaitShown("(ramtracker) ");
        type("quit");
        awaitShown("quit");
        type(CTRL_C);
        awaitShown("to end the VM and its guest, type quit");
        type("cont" + ENTER);
        awaitTold("cont");
    }

    @Test
    void interruptWhileWaitingCancelsTheMigration() throws IOException {
        type("migrate tcp:127.0.0.1:4444" + ENTER);
        awaitTold("migrate tcp:127.0.0.1:4444");
        awaitShown("active");
        type(CTRL_C);
        awaitTold("migrate tcp:127.0.0.1:4444", "cancel");
        awaitShown("Migration status: " + MigrationStatus.CANCELLED.qmpName());
    }

    @Test
    void endOfInputEndsTheMonitorAndNotTheVm() throws Exception {
        awaitShown("(ramtracker) ");
        type(CTRL_D);
        assertThat(session.join(Duration.ofSeconds(20))).isTrue();
        assertThat(vm.told).isEmpty();
    }

    @Test
    void quitEndsBoth() throws Exception {
        type("quit" + ENTER);
        assertThat(session.join(Duration.ofSeconds(20))).isTrue();
        assertThat(vm.told).containsExactly("quit host-ui");
    }
}
