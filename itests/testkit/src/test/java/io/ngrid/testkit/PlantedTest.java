package io.ngrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.JUnitException;

class PlantedTest {
    @TempDir
    Path directory;

    /** Run by their names only. */
    static class Sample {
        @Test
        void green() {}

        @Test
        void red() {
            fail("it is red");
        }

        @Test
        @Disabled("to be missed")
        void disabled() {}
    }

    private Optional<String> failure(String method) {
        return Planted.failure(Sample.class.getName() + "#" + method, directory);
    }

    @Test
    void itTellsRedFromGreen() {
        assertThat(failure("green")).isEmpty();
        assertThat(failure("red")).get().asString().contains("it is red");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "missing"})
    void whatWasNotRunIsNeither(String method) {
        assertThatThrownBy(() -> failure(method)).isInstanceOfAny(AssertionError.class, JUnitException.class);
    }

    @Test
    void textThatIsGoneIsToldAndSoIsTextThatIsThereTwice() {
        String file = "nqueue-storage/src/main/java/io/ngrid/storage/SlotFile.java";
        assertThatThrownBy(
                        () -> Mutant.of("0", "gone", file, "no such text", "").compile(directory))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> Mutant.of("0", "twice", file, "force", "").compile(directory))
                .isInstanceOf(AssertionError.class);
    }
}
