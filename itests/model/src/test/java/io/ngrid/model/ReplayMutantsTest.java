package io.ngrid.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.simulation.mutants.Mutants;
import io.ngrid.testkit.Mutant;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fault planted in the code is a step that the specification does not allow. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class ReplayMutantsTest {
    @TempDir
    Path directory;

    /** The mutants are the simulator's, by number; the seeds with the N and W that show it soonest come first. */
    @ParameterizedTest(name = "mutant {0}, {1}")
    @CsvSource({
        "1, crash, 1", // vote not forced
        "2, ack, 2", // acknowledged before it is forced
        "4, commit, 1", // committed by counting an older epoch's entry
        "6, grant, 2", // votes given without looking at the candidate's log
        "8, lead, 3", // election quorum without the majority floor
        "9, replicate, 2", // a conflicting tail not cut
        "12, confirm, 2", // reads answered without confirmation
    })
    void isRejected(String number, String step, long first) throws Exception {
        Mutant mutant = Mutants.ALL.stream()
                .filter(one -> one.number().equals(number))
                .findFirst()
                .orElseThrow();
        mutant.compile(directory);
        LongFunction<String> replay = Mutant.load(directory, ReplayedSeeds.class);
        String rejected = "";
        for (int i = 0; i < 2 * RecordedRun.sizes() && rejected.isEmpty(); i++) {
            long skipped = (long) i / RecordedRun.sizes() * ReplayedSeeds.SEEDS * RecordedRun.sizes();
            rejected = replay.apply(skipped + 1 + (first - 1 + i) % RecordedRun.sizes());
        }
        System.out.println("mutant " + number + ", " + mutant.name() + ": " + rejected);
        assertThat(rejected).as(mutant.name()).startsWith(step + " ");
    }
}
