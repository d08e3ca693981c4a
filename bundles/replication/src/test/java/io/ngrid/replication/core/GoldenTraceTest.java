package io.ngrid.replication.core;

import io.ngrid.testkit.GoldenTrace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Schedules that once lost data somewhere, with all that the cores decide in them; {@link Truth} watches. */
class GoldenTraceTest {
    @TestFactory
    Stream<DynamicTest> traces() {
        return GoldenTrace.in(Path.of("src/test/traces")).stream()
                .map(trace -> DynamicTest.dynamicTest(trace.name(), () -> trace.verify(new Script()::step)));
    }

    /** Steps name nodes by their numbers; {@code deliver 1 3 up-to 2} leaves entries behind index 2 on the way. */
    private static final class Script {
        private final List<String> lines = new ArrayList<>();
        private SimCluster cluster = new SimCluster(1, 0);

        List<String> step(String step) {
            lines.clear();
            String[] words = step.split(" ");
            int[] numbers = Arrays.stream(words)
                    .filter(word -> word.matches("[0-9]+"))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            switch (words[0]) {
                case "cluster" -> cluster = cluster(numbers[0]);
                case "elect" -> elect(numbers);
                case "propose" -> cluster.node(numbers[0]).propose(words[2]);
                case "deliver" -> cluster.deliver(wire -> wire.between(numbers[0], numbers[1]) && isUpTo(wire, words));
                case "flush" -> cluster.flush(numbers);
                case "settle" -> cluster.settle();
                case "cut" -> cluster.cut(numbers[0], numbers[1]);
                case "heal" -> cluster.heal(numbers[0], numbers[1]);
                case "crash" -> {
                    cluster.crash(numbers[0]);
                    cluster.wires.clear();
                }
                case "restart" -> cluster.restart(numbers[0]);
                case "degrade" -> cluster.node(numbers[0]).degrade();
                case "show" -> cluster.nodes().forEach(this::show);
                default -> throw new IllegalArgumentException("no step " + step);
            }
            return List.copyOf(lines);
        }

        private static boolean isUpTo(SimCluster.Wire wire, String[] words) {
            return words.length < 5 || ScenarioTest.entriesOnlyUpTo(wire, Long.parseLong(words[4]));
        }

        private SimCluster cluster(int voters) {
            SimCluster made = new SimCluster(voters, 0, 1, 8 << 20); // one entry a request
            made.listener = lines::add;
            return made;
        }

        /** The first one, by all of them. */
        private void elect(int[] numbers) {
            List<SimNode> voters =
                    Arrays.stream(numbers).mapToObj(cluster::node).toList();
            cluster.elect(voters.get(0), voters);
        }

        private void show(SimNode node) {
            List<String> log = node.log.all().stream()
                    .map(entry -> entry.position() + (node.log.holds(entry.position()) ? "" : " not on disk"))
                    .toList();
            lines.add("  " + node + (node.up ? "" : " down") + " log " + log + " commit " + node.commitIndex);
        }
    }
}
