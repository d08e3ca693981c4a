package io.ngrid.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.testkit.Mutant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulator finds every planted fault. One by itself: {@code -Dngrid.mutants=13b -Dtest=MutantsTest}. */
@Timeout(value = 1_800, unit = TimeUnit.SECONDS)
class MutantsTest {
    private static final long SEEDS = 500;

    @Test
    void theSeedsTriedFirstAreAmongThose() {
        assertThat(Mutants.FOUND_BY.values())
                .allSatisfy(seed -> assertThat(seed).isBetween(1L, SEEDS));
    }

    @TempDir
    Path directory;

    @Test
    void everyMutantIsCaught() throws Exception {
        ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        Map<Mutant, Future<Optional<Caught>>> runs = new LinkedHashMap<>();
        try {
            for (Mutant mutant : chosen()) {
                Path own = directory.resolve(mutant.number());
                runs.put(mutant, workers.submit(() -> {
                    mutant.compile(own);
                    return Caught.by(own, Mutants.FOUND_BY.getOrDefault(mutant.number(), 1L), SEEDS);
                }));
            }
            List<Mutant> survivors = new ArrayList<>();
            for (Map.Entry<Mutant, Future<Optional<Caught>>> run : runs.entrySet()) {
                Optional<Caught> caught = run.getValue().get();
                System.out.printf(
                        "mutant %-4s %-70s %s%n",
                        run.getKey().number(),
                        run.getKey().name(),
                        caught.map(by -> "seed " + by.seed() + " " + by.rule()).orElse("SURVIVES"));
                if (caught.isEmpty()) {
                    survivors.add(run.getKey());
                }
            }
            assertThat(survivors).extracting(Mutant::name).isEmpty();
        } finally {
            workers.shutdownNow();
        }
    }

    private static List<Mutant> chosen() {
        String wanted = System.getProperty("ngrid.mutants", "");
        List<Mutant> chosen = Mutants.ALL.stream()
                .filter(mutant -> wanted.isEmpty() || List.of(wanted.split(",")).contains(mutant.number()))
                .toList();
        assertThat(chosen).as("mutants " + wanted).isNotEmpty();
        return chosen;
    }
}
