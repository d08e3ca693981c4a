package io.ngrid.simulation;

import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.testkit.GoldenTrace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What proxies and leaders say to each other, in src/test/traces: whole nodes, in virtual time. */
@Timeout(60)
class GoldenTraceTest {
    @TestFactory
    Stream<DynamicTest> traces() {
        return GoldenTrace.in(Path.of("src/test/traces")).stream()
                .map(trace -> DynamicTest.dynamicTest(trace.name(), () -> trace.verify(new Script()::step)));
    }

    /** Steps name nodes by their numbers; node-1 is the caller. */
    private static final class Script {
        private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(20);

        private final List<String> lines = new ArrayList<>();
        private final SimulatedCluster cluster =
                new SimulatedCluster(3, 0, 1, Duration.ofSeconds(1), 32 << 20, Parts.real(), this::hear);

        private Script() {
            for (int i = 0; i < 3; i++) {
                cluster.add(new SimulatedNode.Machine(), 100_000, 1_000_000);
            }
        }

        /** Client messages and roles; no times, and no IDs that the seed makes. */
        private void hear(String line) {
            String what = line.strip().split(" ", 2)[1];
            boolean internal =
                    what.matches("\\S+ -> \\S+ (Heartbeat|Election|Replication|LogFetch|LogEntries|Formation).*");
            if (what.contains(" -> ") && !internal) {
                lines.add("  " + what.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"));
            }
        }

        List<String> step(String step) {
            lines.clear();
            String[] words = step.split(" ");
            int[] numbers = Arrays.stream(words)
                    .filter(word -> word.matches("[0-9]+"))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            switch (words[0]) {
                case "start" -> start();
                case "offer" ->
                    call("offer", new Action.Offer("orders", List.of(words[1].getBytes(StandardCharsets.UTF_8))));
                case "poll" -> call("poll", new Action.Poll("orders", 1));
                case "run" -> cluster.time().runFor(TimeUnit.MILLISECONDS.toNanos(numbers[0]));
                case "cut" -> line(numbers).cut();
                case "mend" -> line(numbers).mend();
                case "crash" -> cluster.node(numbers[0]).crash();
                case "restart" -> cluster.node(numbers[0]).start();
                default -> throw new IllegalArgumentException("no step " + step);
            }
            return List.copyOf(lines);
        }

        private void start() {
            cluster.startAll();
            cluster.awaitLeader();
            cluster.await(cluster.node(1)
                    .client()
                    .write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), TIMEOUT));
            lines.clear();
        }

        private Line line(int[] numbers) {
            return cluster.network()
                    .line(
                            cluster.node(numbers[0]).id(),
                            cluster.node(numbers[1]).id());
        }

        private void call(String name, Action action) {
            CompletableFuture<GridClient.Done> call = cluster.node(1).client().write(action, TIMEOUT);
            call.whenComplete((done, error) -> lines.add("  node-1: " + name + " "
                    + (error != null
                            ? "fails: " + error.getMessage()
                            : "ends: "
                                    + done.bodies().stream()
                                            .map(body -> new String(body, StandardCharsets.UTF_8))
                                            .toList())));
        }
    }
}
