package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.testkit.Planted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each planted fault turns the test red that is named for it. Some by themselves: {@code -Dngrid.mutants=27,101}. */
@Timeout(120)
class StorageMutantsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("planted")
    void itIsFound(Planted planted) throws IOException {
        assertThat(planted.isFound(directory)).as(planted.toString()).isTrue();
    }

    /** One that fails without a fault, too, would find every one. */
    @ParameterizedTest
    @MethodSource("tests")
    void theTestIsGreenWithoutIt(String test) {
        assertThat(Planted.failure(test, directory)).isEmpty();
    }

    static List<Planted> planted() {
        return Planted.chosen(StorageMutants.ALL);
    }

    static Stream<String> tests() {
        return planted().stream().map(Planted::test).distinct();
    }
}
