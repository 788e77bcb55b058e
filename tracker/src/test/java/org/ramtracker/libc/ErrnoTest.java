package org.ramtracker.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrnoTest {
    /** Numbers that asm-generic leaves out, once EWOULDBLOCK and EDEADLOCK. */
    private static final int[] UNUSED = {41, 58};

    @ParameterizedTest
    @CsvSource({
        "1, EPERM (operation not permitted)",
        "11, EAGAIN (resource temporarily unavailable)",
        "22, EINVAL (invalid argument)",
        "35, EDEADLK (resource deadlock avoided)",
        "38, ENOSYS (function not implemented)",
        "95, EOPNOTSUPP (operation not supported)",
        "133, EHWPOISON (memory page has hardware error)"
    })
    void errnoIsDescribedByNameAndMeaning(int errno, String description) {
        assertThat(Errno.describe(errno)).isEqualTo(description);
    }

    @Test
    void everyNumberFrom1To133HasItsOwnName() {
        assertThat(IntStream.rangeClosed(1, 133)
                        .filter(errno -> IntStream.of(UNUSED).noneMatch(unused -> unused == errno))
                        .mapToObj(Errno::describe))
                .hasSize(131)
                .doesNotHaveDuplicates()
                .allSatisfy(description -> assertThat(description).matches("E[A-Z0-9]+ \\(.+\\)"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 41, 58, 134, 4711})
    void unknownNumberIsDescribedByTheNumber(int errno) {
        assertThat(Errno.describe(errno)).isEqualTo("errno " + errno);
    }
}
