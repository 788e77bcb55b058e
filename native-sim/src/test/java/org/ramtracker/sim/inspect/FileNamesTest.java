package org.ramtracker.sim.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({
        "pc.ram, pc.ram",
        "0000:00:02.0/vga.vram, 0000%3a00%3a02.0%2fvga.vram",
        "/rom@etc/acpi/tables, %2from%40etc%2facpi%2ftables",
        ".., %2e.",
        "., %2e",
        "%2e, %252e",
        "../../etc/passwd, %2e.%2f..%2fetc%2fpasswd",
    })
    void namesAreSafe(String idstr, String fileName) throws IOException {
        assertThat(FileNames.encode(idstr)).isEqualTo(fileName);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc.ram", "/rom@etc/acpi/tables", "..", "a%b", "\u0001ü\u20ac", ".hidden"})
    void namesAreReversible(String idstr) throws IOException {
        assertThat(FileNames.decode(FileNames.encode(idstr))).isEqualTo(idstr);
    }

    @Test
    void nameThatNoFileSystemTakesIsRefused() {
        assertThatThrownBy(() -> FileNames.encode("/".repeat(100))).hasMessageContaining("too long");
    }
}
