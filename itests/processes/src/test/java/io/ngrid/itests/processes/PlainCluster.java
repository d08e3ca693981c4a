package io.ngrid.itests.processes;

import static org.awaitility.Awaitility.await;

import io.ngrid.demo.Ledger;
import io.ngrid.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Three plain-Java nodes in processes of their own, on real disks. A test starts, stops and kills them; at its end all are
 * killed, and their logs are shown if it failed.
 */
final class PlainCluster implements BeforeEachCallback, AfterEachCallback {
    static final Duration LONG = Duration.ofSeconds(120);
    static final int NODES = 3;

    private static final List<String> SMALL = List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final List<String> jvmOptions;
    private final Map<Integer, List<String>> launchers = new TreeMap<>();
    private final Map<Integer, Path> parents = new TreeMap<>();
    private final List<Path> elsewhere = new ArrayList<>();
    private final Map<Integer, PlainProcess> nodes = new TreeMap<>();
    private Path directory = Path.of("");
    private int[] ports = new int[0];

    PlainCluster() {
        this(SMALL);
    }

    PlainCluster(List<String> jvmOptions) {
        this.jvmOptions = jvmOptions;
    }

    /** A node is to run on one of the processors only, counted from 0 (Linux). */
    PlainCluster pinned(int number, int processor) {
        launchers.put(number, List.of("taskset", "--cpu-list", String.valueOf(processor)));
        return this;
    }

    /** A node is to have its files in a directory of its own there, as on another disk. */
    PlainCluster placed(int number, Path parent) {
        parents.put(number, parent);
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("plain-");
        ports = Ports.free(NODES);
        for (Map.Entry<Integer, Path> placed : parents.entrySet()) {
            Path own = Files.createTempDirectory(placed.getValue(), "plain-");
            elsewhere.add(own);
            Files.createSymbolicLink(directory.resolve("node-" + placed.getKey()), own);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        nodes.values().forEach(PlainProcess::kill);
        if (context.getExecutionException().isPresent()) {
            for (int number : nodes.keySet()) {
                Leftovers.show(directory.resolve("node-" + number + ".log"));
            }
            System.err.println("---- all of it is in " + directory);
        } else {
            Leftovers.delete(directory);
        }
        nodes.clear();
        for (Path own : elsewhere) {
            Leftovers.delete(own);
        }
        elsewhere.clear();
        Leftovers.assertNoProcess(directory);
    }

    /** Starts a node, again if it was killed. */
    PlainProcess start(int number) {
        String peers =
                Arrays.stream(ports).mapToObj(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        try {
            PlainProcess node = new PlainProcess(
                    "node-" + number,
                    ports[number - 1],
                    peers,
                    directory,
                    launchers.getOrDefault(number, List.of()),
                    jvmOptions);
            nodes.put(number, node);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void startAll() {
        IntStream.rangeClosed(1, NODES).forEach(this::start);
    }

    PlainProcess node(int number) {
        return nodes.get(number);
    }

    Collection<PlainProcess> nodes() {
        return nodes.values();
    }

    int number(PlainProcess node) {
        return Integer.parseInt(node.id().substring("node-".length()));
    }

    /** The nodes other than one. */
    List<PlainProcess> others(PlainProcess node) {
        return nodes.values().stream().filter(other -> other != node).toList();
    }

    /** Waits until all nodes that were started agree who leads, and returns it. */
    PlainProcess awaitLeader(Duration atMost) {
        await().atMost(atMost).pollInterval(Duration.ofMillis(20)).until(() -> agreed() != null);
        return agreed();
    }

    /** The leader on which all nodes agree, or null. */
    PlainProcess agreed() {
        List<PlainProcess.State> states =
                nodes.values().stream().map(PlainProcess::state).toList();
        PlainProcess leader = nodes.values().stream()
                .filter(node -> node.state().leads())
                .findFirst()
                .orElse(null);
        boolean one = leader != null
                && states.stream()
                        .allMatch(state -> (state.leads() || state.follows())
                                && state.leader().equals(leader.id())
                                && state.epoch() == leader.state().epoch());
        return one ? leader : null;
    }

    /** Lines with such a part in a node's log, of all its starts. */
    long logged(int number, String part) throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("node-" + number + ".log"))) {
            return lines.filter(line -> line.contains(part)).count();
        }
    }

    String path(String file) {
        return directory.resolve(file).toString();
    }

    Path directory() {
        return directory;
    }

    /** What several ledgers say, in the order of time. */
    Ledger ledger(String... files) {
        List<Ledger.Line> lines = new ArrayList<>();
        try {
            for (String file : files) {
                lines.addAll(Ledger.read(directory.resolve(file)).lines());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.sort(Comparator.comparingLong(Ledger.Line::millis));
        return new Ledger(List.copyOf(lines));
    }

    /** Waits until a consumer has found the queue empty twice in a row after its last element. */
    void awaitDrained(PlainProcess consumer) {
        long before = consumer.count("EMPTY");
        await().atMost(LONG).until(() -> consumer.count("EMPTY") >= before + 2);
    }
}
