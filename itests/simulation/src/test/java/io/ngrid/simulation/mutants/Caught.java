package io.ngrid.simulation.mutants;

import io.ngrid.simulation.check.Finding;
import io.ngrid.testkit.Mutant;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What a mutant was caught by.
 *
 * @param seed the seed
 * @param violation the rule, and how it was broken
 */
record Caught(long seed, String violation) {
    String rule() {
        return violation.substring(0, violation.indexOf(' '));
    }

    /**
     * Runs the mutant that lies compiled in a directory until a seed breaks a rule, if one does.
     *
     * @param directory where it lies
     * @param first the seed to try first
     * @param seeds then all from 1 to this
     */
    static Optional<Caught> by(Path directory, long first, long seeds) throws ReflectiveOperationException {
        LongFunction<String> run = Mutant.load(directory, SeedRun.class);
        for (long next = 0; next <= seeds; next++) {
            long seed = next == 0 ? first : next;
            String violation = run.apply(seed);
            if (!violation.isEmpty() && !violation.startsWith(Finding.Kind.UNDECIDED.name())) {
                return Optional.of(new Caught(seed, violation));
            }
        }
        return Optional.empty();
    }
}
