package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void readsEveryForm() {
        assertThat(Endpoint.parse("tcp:example.org:4444")).isEqualTo(new Endpoint.Tcp("example.org", 4444));
        assertThat(Endpoint.parse("tcp:[::1]:0")).isEqualTo(new Endpoint.Tcp("::1", 0));
        assertThat(Endpoint.parse("unix:/run/a:b")).isEqualTo(new Endpoint.Unix(Path.of("/run/a:b")));
        assertThat(Endpoint.parse("file:guest.ram")).isEqualTo(new Endpoint.File(Path.of("guest.ram")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:127.0.0.1:4444", "tcp:[::1]:1", "unix:/run/x", "file:a"})
    void writesWhatItReads(String uri) {
        assertThat(Endpoint.parse(uri)).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "x",
                "ftp:a:1",
                "tcp:",
                "tcp:host",
                "tcp:host:",
                "tcp:host:x",
                "tcp:::1:4",
                "tcp:h:70000",
                "unix:",
                "file:"
            })
    void refusesTheRestInOneLineThatShowsIt(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(uri))
                .withMessageContaining("'" + uri + "'")
                .withMessageNotContaining("\n");
    }
}
