package io.ngrid.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * A mutant, and a test that has to find it, of the module whose tests are running.
 *
 * @param mutant the mutant
 * @param test class, hash, method; in brackets behind it the types of its parameters, where it has any
 */
public record Planted(Mutant mutant, String test) {
    private static final int SHOWN = 100;

    /** Those whose numbers the system property {@code ngrid.mutants} lists; all if it does not. */
    public static List<Planted> chosen(List<Planted> all) {
        List<String> wanted = List.of(System.getProperty("ngrid.mutants", "").split(","));
        return all.stream()
                .filter(planted ->
                        wanted.contains("") || wanted.contains(planted.mutant().number()))
                .toList();
    }

    /**
     * Runs the test with the mutant, and prints what came of it.
     *
     * @param directory where the mutant is compiled
     * @return whether the test failed
     */
    public boolean isFound(Path directory) throws IOException {
        mutant.compile(directory);
        Optional<String> failure = failure(test, directory);
        System.out.printf(
                "mutant %-4s %-85s %s%n",
                mutant.number(),
                mutant.name(),
                failure.map(told -> "found by " + test + ": " + told).orElse("SURVIVES"));
        return failure.isPresent();
    }

    /**
     * Runs a test with all of NGrid loaded anew.
     *
     * @param mutated where a mutant lies compiled, or nothing
     * @return how it failed, if it did
     * @throws AssertionError if it was not run at all, or not to its end
     * @throws org.junit.platform.commons.JUnitException if there is no such test
     */
    public static Optional<String> failure(String test, Path mutated) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectMethod(new MutantLoader(mutated), test))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        long found = summary.getTestsFoundCount();
        long ended = summary.getTestsSucceededCount() + summary.getTestsFailedCount();
        if (ended == 0 || ended != found || summary.getContainersFailedCount() > 0) {
            throw new AssertionError(test + ": of " + found + " tests " + ended + " were run; " + failures(summary));
        }
        return failures(summary).stream().findFirst();
    }

    private static List<String> failures(TestExecutionSummary summary) {
        return summary.getFailures().stream()
                .map(Failure::getException)
                .map(failure -> failure.toString().strip().replaceAll("\\s+", " "))
                .map(told -> told.substring(0, Math.min(SHOWN, told.length())))
                .toList();
    }

    @Override
    public String toString() {
        return mutant.number() + " " + mutant.name();
    }
}
