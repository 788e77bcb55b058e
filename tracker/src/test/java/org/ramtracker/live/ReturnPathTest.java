package org.ramtracker.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReturnPathTest {
    private static final String PONG_1 = "0002000400000001";
    private static final String SHUT_0 = "0001000400000000";

    private final Milestones milestones = new Milestones();
    private Pipe pipe;
    private ReturnPath returnPath;

    @BeforeEach
    void openPipe() throws IOException {
        pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        returnPath = new ReturnPath(pipe.source(), milestones);
    }

    @AfterEach
    void closePipe() throws IOException {
        pipe.sink().close();
        pipe.source().close();
    }

    private void send(String hex) throws IOException {
        pipe.sink().write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    @Test
    void messagesMayComeByteByByte() throws IOException {
        returnPath.expectConfirmation();
        String messages = PONG_1 + SHUT_0;
        for (int at = 0; at < messages.length(); at += 2) {
            assertThat(returnPath.isConfirmed()).isFalse();
            send(messages.substring(at, at + 2));
            returnPath.poll();
        }
        assertThat(returnPath.isConfirmed()).isTrue();
    }

    @Test
    void refusalComesWithItsReasonMadePrintable() throws IOException {
        send("0001000700000001" + "6f1b6b");
        assertThatThrownBy(returnPath::poll).hasMessage("the destination refused: o?k");
    }

    @Test
    void refusalWithoutAReasonIsThatOfQemu() throws IOException {
        send("0001000400000001");
        assertThatThrownBy(returnPath::poll).hasMessageContaining("the destination refused: SHUT 1");
    }

    @Test
    void confirmationBeforeTheEndIsNone() throws IOException {
        send(SHUT_0);
        assertThatThrownBy(returnPath::poll).hasMessageContaining("SHUT 0 before everything was sent");
    }

    @Test
    void answerToAnotherPingIsAnError() throws IOException {
        send("0002000400000007");
        assertThatThrownBy(returnPath::poll).hasMessageContaining("PONG 7, for which there was no PING");
    }

    @Test
    void answerTellsWhatHasArrived() throws IOException {
        int first = milestones.set(1000);
        int second = milestones.set(2000);
        assertThat(first).isEqualTo(Protocol.PING_MILESTONE_FIRST);
        send(PONG_1 + "00020004%08x".formatted(first));
        returnPath.poll();
        assertThat(milestones.isOpened()).isTrue();
        assertThat(milestones.arrivedBytes()).isEqualTo(1000);
        send("00020004%08x".formatted(second + 1));
        assertThatThrownBy(returnPath::poll).hasMessageContaining("PONG 5 instead of 4");
        assertThat(milestones.arrivedBytes()).isEqualTo(1000);
    }

    @Test
    void floodOfAnswersIsAnError() throws IOException {
        send(PONG_1.repeat(1000));
        assertThatThrownBy(returnPath::poll).hasMessageContaining("PONG 1 twice");
    }

    @Test
    void lengthThatNoMessageHasIsAnErrorBeforeItHasCome() throws IOException {
        send("0001ffff");
        assertThatThrownBy(returnPath::poll).hasMessageContaining("a message of type 1 with 65535 bytes");
    }

    @Test
    void endIsAnErrorAtAnyTime() throws IOException {
        pipe.sink().close();
        assertThatThrownBy(returnPath::poll)
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("closed the connection without a reason");
    }
}
