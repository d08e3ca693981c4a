package io.ngrid.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Karaf processes of an NGrid distribution whose nodes form one cluster on loopback. */
public final class KarafCluster {
    private static final long UP_SECONDS = 180;
    private static final int PORT_TRIES = 1_000;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path home;
    private final Path directory;
    private final List<KarafInstance> instances = new ArrayList<>();
    private final List<NodeProbe> probes = new ArrayList<>();

    /**
     * Makes a cluster; {@link #layOut} gives it its nodes.
     *
     * @param home the distribution
     * @param directory gets a base directory {@code node-<n>} for each node
     */
    public KarafCluster(Path home, Path directory) {
        this.home = home;
        this.directory = directory;
    }

    /**
     * Lays out the base directories, on free ports; nothing is started yet.
     *
     * @param count how many nodes
     * @param queue name of a queue of strings that each node's files ask for
     * @throws IOException if files cannot be written
     */
    public void layOut(int count, String queue) throws IOException {
        int[] ports = freePorts(count * 4);
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add("127.0.0.1:" + ports[4 * i]);
        }
        for (int i = 0; i < count; i++) {
            String id = "node-" + (i + 1);
            KarafInstance instance = new KarafInstance(
                    home, directory.resolve(id), id, ports[4 * i + 1], ports[4 * i + 2], ports[4 * i + 3]);
            instance.edit(
                    "io.ngrid.node.cfg",
                    Map.of(
                            "cluster",
                            "demo",
                            "node.id",
                            id,
                            "port",
                            "" + ports[4 * i],
                            "peers",
                            String.join(", ", peers)));
            instance.edit("io.ngrid.queue-" + queue + ".cfg", Map.of("name", queue, "codec", "string"));
            instance.bootFeature("ngrid-examples");
            instances.add(instance);
            probes.add(new NodeProbe(instance));
        }
    }

    /**
     * Out of a range from which the system takes no ports for outgoing connections: one of those would take a port before
     * its container is up, or while it is down.
     */
    private static int[] freePorts(int count) throws IOException {
        Set<Integer> ports = new LinkedHashSet<>();
        for (int i = 0; i < PORT_TRIES && ports.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 31_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (BindException e) {
                // taken: another one
            }
        }
        if (ports.size() < count) {
            throw new IOException("found only " + ports.size() + " free ports of " + count + " from 12000 to 31000");
        }
        return ports.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The containers, in the order of their node IDs.
     *
     * @return the containers
     */
    public List<KarafInstance> instances() {
        return List.copyOf(instances);
    }

    /**
     * Reads a container's MBeans.
     *
     * @param instance one of the containers
     * @return its probe
     */
    public NodeProbe probe(KarafInstance instance) {
        return probes.get(instances.indexOf(instance));
    }

    /**
     * Starts all of them; they need some seconds.
     *
     * @throws IOException if one cannot be started
     */
    public void start() throws IOException {
        for (KarafInstance instance : instances) {
            instance.start();
        }
    }

    /**
     * Waits until every node knows a leader.
     *
     * @param progress hears how many do, whenever that changes
     * @throws IllegalStateException if a process has ended, or it takes longer than three minutes
     */
    public void awaitLeader(LongConsumer progress) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_SECONDS);
        long up = -1;
        while (true) {
            long ready = probes.stream().filter(KarafCluster::hasLeader).count();
            if (ready != up) {
                up = ready;
                progress.accept(ready);
            }
            if (ready == instances.size()) {
                return;
            }
            for (KarafInstance instance : instances) {
                if (!instance.isAlive()) {
                    throw new IllegalStateException(instance.nodeId() + " has ended by itself");
                }
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the cluster did not form within " + UP_SECONDS + " s");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean hasLeader(NodeProbe probe) {
        Map<String, Object> node = probe.node("Leader");
        return node != null && !String.valueOf(node.get("Leader")).isEmpty();
    }

    /**
     * The node that says that it leads.
     *
     * @return its container, or null if none does
     */
    public @Nullable KarafInstance leader() {
        for (KarafInstance instance : instances) {
            Map<String, Object> node = probe(instance).node("State");
            if (node != null && "LEADER".equals(String.valueOf(node.get("State")))) {
                return instance;
            }
        }
        return null;
    }

    /** Ends all processes; may be called again. */
    public synchronized void stop() {
        probes.forEach(NodeProbe::close);
        instances.forEach(KarafInstance::askToStop);
        instances.forEach(KarafInstance::stop);
    }

    /** Shows the end of each container's log on the standard error. */
    public void showLogs() {
        for (KarafInstance instance : instances) {
            System.err.println("---- last lines of " + instance.nodeId());
            instance.lastLogLines(60).forEach(System.err::println);
        }
    }
}
