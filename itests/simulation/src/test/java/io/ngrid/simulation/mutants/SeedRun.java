package io.ngrid.simulation.mutants;

import io.ngrid.simulation.Options;
import io.ngrid.simulation.Simulation;
import java.util.function.LongFunction;

/** Runs a seed with the classes of its own class loader; says which rule was broken, and how, or nothing. */
public final class SeedRun implements LongFunction<String> {
    @Override
    public String apply(long seed) {
        Simulation.Outcome outcome = Simulation.run(seed, Options.any(), null);
        return outcome.rule() == null ? "" : outcome.rule() + " " + outcome.message();
    }
}
