package io.ngrid.election.core;

import io.ngrid.testkit.GoldenTrace;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Whole elections, decision by decision, in src/test/traces. */
@Timeout(30)
class GoldenTraceTest {
    @TestFactory
    Stream<DynamicTest> traces() {
        return GoldenTrace.in(Path.of("src/test/traces")).stream()
                .map(trace -> DynamicTest.dynamicTest(trace.name(), () -> trace.verify(new Scenario())));
    }
}
