package org.ramtracker.sim.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageFileTest {
    private static final String OLD = "<!DOCTYPE html>old";

    @TempDir
    Path directory;

    @Test
    void pageTakesThePlaceOfTheOldOneAndLeavesNothingBeside() throws IOException {
        Path file = Files.writeString(directory.resolve("page.html"), OLD);

        PageFile.write(file, "new");

        assertThat(file).hasContent("new");
        assertThat(directory.toFile().list()).containsExactly("page.html");
    }

    @Test
    void oldPageStaysAsItWasIfTheNewOneCannotBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("page.html"), OLD);
        Files.createDirectories(PageFile.growing(file).resolve("in the way"));

        assertThatThrownBy(() -> PageFile.write(file, "new")).isInstanceOf(IOException.class);

        assertThat(file).hasContent(OLD);
    }

    @Test
    void linkLeadsToTheNewPage() throws IOException {
        Path file = Files.writeString(directory.resolve("page.html"), OLD);
        Path link = Files.createSymbolicLink(directory.resolve("link.html"), file);

        PageFile.write(link, "new");

        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void fileThatIsNoPageIsRefusedAndStaysAsItWas() throws IOException {
        Path trace = Files.writeString(directory.resolve("guest.trace"), "a recording");

        assertThatThrownBy(() -> PageFile.requireUsable(trace))
                .hasMessage(trace + ": exists already and is no page; name another file");
        assertThatThrownBy(() -> PageFile.write(trace, "new")).isInstanceOf(IOException.class);

        assertThat(trace).hasContent("a recording");
    }

    @Test
    void placeThatIsNoneIsRefusedInOneLine() {
        assertThatThrownBy(() -> PageFile.requireUsable(directory))
                .hasMessage(directory + ": exists already and is no file; name another file");
        assertThatThrownBy(() -> PageFile.requireUsable(directory.resolve("nowhere/page.html")))
                .hasMessage("%s/nowhere/page.html: there is no directory %<s/nowhere; make it, or name another file"
                        .formatted(directory));
    }
}
