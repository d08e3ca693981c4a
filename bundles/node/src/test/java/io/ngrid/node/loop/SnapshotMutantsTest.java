package io.ngrid.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.testkit.Mutant;
import io.ngrid.testkit.Planted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A late snapshot, which would take the state back, is found. */
@Timeout(120)
class SnapshotMutantsTest {
    private static final String LOOP = "node/src/main/java/io/ngrid/node/loop/";
    private static final String TEST =
            SnapshotReceivingTest.class.getName() + "#aSnapshotThatTheCommitIndexHasReachedIsNeitherInstalledNorTaken";

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("planted")
    void itIsFound(Planted planted) throws IOException {
        assertThat(planted.isFound(directory)).as(planted.toString()).isTrue();
    }

    @Test
    void theTestIsGreenWithoutIt() {
        assertThat(Planted.failure(TEST, directory)).isEmpty();
    }

    static List<Planted> planted() {
        Mutant installed = Mutant.of(
                "27a",
                "a late snapshot installed",
                LOOP + "ReplicatedGroup.java",
                " && snapshot.index() > commitIndex;",
                ";");
        Mutant taken = Mutant.of(
                "27b",
                "pieces of a late snapshot taken",
                LOOP + "SnapshotReceiving.java",
                "if (chunk.snapshot().index() <= host.commitIndex()) {",
                "if (chunk.snapshot().index() < 0) {");
        return Planted.chosen(List.of(new Planted(installed, TEST), new Planted(taken, TEST)));
    }
}
