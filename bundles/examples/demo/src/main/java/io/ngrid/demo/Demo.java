package io.ngrid.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ngrid-demo}: three Karaf processes on loopback. Messages are offered on one follower and taken on the other; in
 * the middle of it the leader is killed with -9, and later started again; at the end a separate process compares what was
 * acknowledged with what was taken. All processes end with the demo, also on Ctrl-C and on failure.
 */
public final class Demo {
    private static final String QUEUE = "demo";
    private static final String TARGET = "(ngrid.queue=" + QUEUE + ")";
    private static final int NODES = 3;
    private static final long STALL_SECONDS = 60;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private record Options(
            long messages, @Nullable Plant plant, @Nullable Path keep) {}

    private final Options options;
    private final Path directory;
    private final Screen screen = new Screen();
    private final KarafCluster cluster;
    private final Random random = new Random();

    private Demo(Path home, Options options, Path directory) {
        this.options = options;
        this.directory = directory;
        this.cluster = new KarafCluster(home, directory);
    }

    /**
     * Runs the demo.
     *
     * @param args {@code --messages N}, {@code --plant lost|doubled|swapped}, {@code --keep DIRECTORY}
     * @throws Exception if it cannot run; its processes are ended
     */
    public static void main(String[] args) throws Exception {
        Path home = Path.of(System.getProperty("ngrid.home"));
        Options options;
        try {
            options = options(args);
        } catch (IllegalArgumentException e) {
            System.err.println("ngrid-demo: " + e.getMessage());
            System.err.println("usage: ngrid-demo [--messages N] [--plant lost|doubled|swapped] [--keep DIRECTORY]");
            System.exit(2);
            return;
        }
        Path directory = options.keep() != null ? options.keep() : Files.createTempDirectory("ngrid-demo-");
        Demo demo = new Demo(home, options, directory);
        Thread hook = new Thread(demo.cluster::stop, "demo-end");
        Runtime.getRuntime().addShutdownHook(hook);
        int exit = 1;
        try {
            exit = demo.run();
        } catch (IOException | IllegalStateException e) {
            demo.screen.important("failed: " + e.getMessage());
            demo.cluster.showLogs();
            System.out.println("demo: FAIL " + e.getMessage());
        } finally {
            demo.cluster.stop();
            if (options.keep() == null && exit == 0) {
                delete(directory);
            } else {
                System.err.println("ngrid-demo: logs and ledgers are kept in " + directory);
            }
        }
        System.exit(exit);
    }

    private static Options options(String[] args) {
        long messages = 20_000;
        Plant plant = null;
        Path keep = null;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value, or is unknown");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--messages" -> messages = number(value);
                case "--plant" -> plant = plant(value);
                case "--keep" -> keep = Path.of(value).toAbsolutePath();
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        return new Options(messages, plant, keep);
    }

    private static long number(String value) {
        try {
            long number = Long.parseLong(value);
            if (number >= 100) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number that is too small
        }
        throw new IllegalArgumentException("--messages " + value + " is not allowed: a number from 100");
    }

    private static Plant plant(String value) {
        return Arrays.stream(Plant.values())
                .filter(plant -> plant.name().equals(value.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("--plant " + value + " is not allowed: lost, doubled or swapped"));
    }

    private int run() throws IOException, InterruptedException {
        screen.line("three Karaf processes in " + directory);
        cluster.layOut(NODES, QUEUE);
        cluster.start();
        awaitCluster();
        showCluster("the cluster");

        KarafInstance first = leader();
        List<KarafInstance> followers = cluster.instances().stream()
                .filter(instance -> instance != first)
                .toList();
        KarafInstance producer = followers.get(0);
        KarafInstance consumer = followers.get(1);
        Path offered = directory.resolve("offered.ledger");
        Path taken = directory.resolve("taken.ledger");
        consumer.edit("io.ngrid.example.consumer.cfg", Map.of("queue.target", TARGET, "ledger", taken.toString()));
        producer.edit(
                "io.ngrid.example.producer.cfg",
                Map.of("queue.target", TARGET, "messages", "" + options.messages(), "ledger", offered.toString()));
        screen.line("offering " + options.messages() + " messages on " + producer.nodeId() + ", taking them on "
                + consumer.nodeId());

        long killAt = options.messages() * (40 + random.nextInt(21)) / 100;
        awaitCounts(offered, taken, killAt, "");
        KarafInstance leader = leader();
        long pid = leader.pid();
        leader.kill();
        screen.important(
                "killed the leader " + leader.nodeId() + " with -9 (pid " + pid + ") after " + killAt + " offers");
        LineCount count = new LineCount(offered);
        long before = count.lines();
        awaitCounts(offered, taken, Math.min(options.messages(), before + 1_000), "without " + leader.nodeId());
        showCluster("after the kill");
        leader.start();
        screen.line("started " + leader.nodeId() + " again");
        awaitCounts(offered, taken, options.messages() + 1, ""); // and the line that says "end"
        awaitCluster();
        awaitDrained(taken);
        showCluster("at the end");
        cluster.stop();
        return compare(offered, taken);
    }

    private KarafInstance leader() {
        KarafInstance leader = cluster.leader();
        if (leader == null) {
            throw new IllegalStateException("no node says that it leads");
        }
        return leader;
    }

    private void awaitCluster() {
        cluster.awaitLeader(
                ready -> screen.line(ready + " of " + cluster.instances().size() + " nodes have a leader"));
    }

    /** Waits until so many lines are in the producer's ledger. */
    private void awaitCounts(Path offered, Path taken, long wantOffered, String note) {
        LineCount offers = new LineCount(offered);
        LineCount takes = new LineCount(taken);
        long lastSum = -1;
        long changedNanos = System.nanoTime();
        while (true) {
            long done = offers.lines();
            long delivered = takes.lines();
            screen.progress(Math.min(done, options.messages()), delivered, options.messages(), note);
            if (done >= wantOffered) {
                return;
            }
            if (done + delivered != lastSum) {
                lastSum = done + delivered;
                changedNanos = System.nanoTime();
            } else if (System.nanoTime() - changedNanos > TimeUnit.SECONDS.toNanos(STALL_SECONDS)) {
                throw new IllegalStateException("nothing moved for " + STALL_SECONDS + " s: offered " + done
                        + ", delivered " + delivered + " of " + options.messages());
            }
            LockSupport.parkNanos(wantOffered - done < 2_000 ? POLL_NANOS / 20 : POLL_NANOS);
        }
    }

    /** Waits until the queue is empty and the consumer has written nothing more for two seconds. */
    private void awaitDrained(Path taken) {
        LineCount takes = new LineCount(taken);
        long last = takes.lines();
        long changedNanos = System.nanoTime();
        while (true) {
            long delivered = takes.lines();
            if (delivered != last) {
                last = delivered;
                changedNanos = System.nanoTime();
            }
            screen.progress(options.messages(), delivered, options.messages(), "draining");
            Map<String, Object> queue =
                    cluster.probe(cluster.instances().get(1)).queue(QUEUE, "Size");
            boolean empty = queue != null && Long.valueOf(0).equals(queue.get("Size"));
            long quietNanos = System.nanoTime() - changedNanos;
            if (empty && quietNanos > TimeUnit.SECONDS.toNanos(2)) {
                return;
            }
            if (quietNanos > TimeUnit.SECONDS.toNanos(STALL_SECONDS)) {
                throw new IllegalStateException("the queue was not drained: delivered " + delivered);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void showCluster(String title) {
        screen.line(title);
        List<List<String>> rows = new ArrayList<>();
        for (KarafInstance instance : cluster.instances()) {
            NodeProbe probe = cluster.probe(instance);
            Map<String, Object> node =
                    probe.node("State", "Leader", "Epoch", "CommitIndex", "AppliedIndex", "PeersConnected");
            Map<String, Object> queue = probe.queue(QUEUE, "Size");
            if (node == null) {
                rows.add(List.of(instance.nodeId(), "down", "", "", "", "", "", ""));
            } else {
                rows.add(List.of(
                        instance.nodeId(),
                        String.valueOf(node.get("State")).toLowerCase(Locale.ROOT),
                        String.valueOf(node.get("Leader")),
                        String.valueOf(node.get("Epoch")),
                        String.valueOf(node.get("CommitIndex")),
                        String.valueOf(node.get("AppliedIndex")),
                        String.valueOf(node.get("PeersConnected")),
                        queue == null ? "" : String.valueOf(queue.get("Size"))));
            }
        }
        screen.table(List.of("node", "state", "leader", "epoch", "commit", "applied", "peers", "queue"), rows);
    }

    private int compare(Path offered, Path taken) throws IOException, InterruptedException {
        if (options.plant() != null) {
            options.plant().spoil(taken);
        }
        Process comparison = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Comparison.class.getName(),
                        offered.toString(),
                        taken.toString())
                .inheritIO()
                .start();
        return comparison.waitFor();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
