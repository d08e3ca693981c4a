package io.ngrid.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The specification at small bounds and by random walks, and the faults that TLC must find in it. */
class SpecificationTest {
    private static final ExecutorService TWO = Executors.newFixedThreadPool(2);

    @AfterAll
    static void stop() {
        TWO.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> checks() {
        SpecificationCheck specification = new SpecificationCheck(new Tlc(512));
        List<Check> checks = Checks.quick();
        List<Future<Verdict>> verdicts = checks.stream()
                .map(check -> TWO.submit(() -> specification.run(check)))
                .toList();
        return IntStream.range(0, checks.size())
                .mapToObj(i -> DynamicTest.dynamicTest(
                        checks.get(i).name() + " " + checks.get(i).bounds(), () -> {
                            Verdict verdict = verdicts.get(i).get();
                            System.out.println(verdict);
                            assertThat(verdict.passed()).as(verdict.toString()).isTrue();
                        }));
    }
}
