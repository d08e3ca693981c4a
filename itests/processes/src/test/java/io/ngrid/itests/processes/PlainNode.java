package io.ngrid.itests.processes;

import io.ngrid.api.Codecs;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.node.NodesOnLanes;
import io.ngrid.node.loop.ThreadLanes;
import io.ngrid.spi.view.NodeView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * A node in a process of its own, without OSGi; ends when its standard input does. Arguments: ID, port, peers, directory.
 * It says on its standard output how its state changes. Lines of its input:
 *
 * <pre>
 * produce LEDGER THREADS COUNT PAUSE PADDING  offers so many numbered elements a thread, milliseconds apart
 * consume LEDGER                              takes elements; says EMPTY when there was none for a second
 * put LEDGER                                  puts 1, 2, 3 ... under one key of a map
 * fill COUNT                                  puts so many other entries into the map, and says FILLED
 * get LEDGER                                  reads that key, with the time at which each read began
 * answered                                    says "answered COUNT", the calls done of these, without those of fill
 * stop                                        ends all these after the call under way
 * applied                                     says "applied INDEX commit INDEX"
 * heap                                        collects garbage and says "heap BYTES"
 * stops                                       says "stops ..." of its apply lane, see WatchedLanes.Report
 * cpu                                         says "cpu NODE PROCESS WALL", nanoseconds since the JVM started
 * </pre>
 *
 * The ledgers are as the demo's.
 */
public final class PlainNode {
    private final NGridNode node;
    private final WatchedLanes lanes;
    private final Work work;

    private PlainNode(NGridNode node, WatchedLanes lanes) {
        this.node = node;
        this.lanes = lanes;
        this.work = new Work(
                node.id().value(),
                () -> node.queue("orders", Codecs.string()),
                () -> node.map("numbers", Codecs.string(), Codecs.string()));
    }

    /**
     * Runs the node.
     *
     * @param args see above
     * @throws IOException if a ledger cannot be written, or the input not be read
     */
    public static void main(String[] args) throws IOException {
        NGridConfig config = NGridConfig.builder()
                .cluster("processes")
                .nodeId(args[0])
                .port(Integer.parseInt(args[1]))
                .peers(args[2].split(","))
                .dataDirectory(Path.of(args[3]))
                .operationTimeout(Duration.ofSeconds(20))
                .build();
        WatchedLanes lanes = new WatchedLanes(new ThreadLanes(config.nodeId()));
        NGridNode node = NodesOnLanes.start(config, lanes);
        node.addListener(changed -> say("state " + changed.state() + " "
                + changed.leader().map(Object::toString).orElse("-") + " " + changed.epoch() + " " + changed.reason()));
        PlainNode plain = new PlainNode(node, lanes);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            plain.obey(line.split(" "));
        }
        node.close();
        System.exit(0);
    }

    private void obey(String[] command) throws IOException {
        switch (command[0]) {
            case "produce" ->
                work.produce(
                        command[1],
                        Integer.parseInt(command[2]),
                        Integer.parseInt(command[3]),
                        Integer.parseInt(command[4]),
                        Integer.parseInt(command[5]));
            case "consume" -> work.consume(command[1]);
            case "put" -> work.put(command[1]);
            case "fill" -> work.fill(Integer.parseInt(command[1]));
            case "get" -> work.get(command[1]);
            case "answered" -> say("answered " + work.answered());
            case "stop" -> work.stop();
            case "applied" ->
                say("applied " + ((NodeView) node).status().appliedIndex() + " commit "
                        + ((NodeView) node).status().commitIndex());
            case "hash" ->
                say("hash " + ((NodeView) node).status().appliedIndex() + " "
                        + ((NodeView) node).status().stateHash());
            case "storage" -> say("storage " + ((NodeView) node).status().storageNote());
            case "heap" -> say("heap " + heap());
            case "stops" -> say("stops " + lanes.stops());
            case "cpu" -> say(cpu());
            default -> throw new IllegalArgumentException(Arrays.toString(command));
        }
    }

    private static long heap() {
        System.gc();
        MemoryUsage usage = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return usage.getUsed();
    }

    /** The node's threads are the Java threads named after it; the process's time has the JVM's own as well. */
    private String cpu() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long wall = System.nanoTime();
        long[] ids = threads.getAllThreadIds();
        long[] cpu = threads.getThreadCpuTime(ids);
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long own = 0;
        StringBuilder each = new StringBuilder();
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && infos[i].getThreadName().startsWith("ngrid-" + node.id())) {
                own += cpu[i];
                each.append(String.format(
                        Locale.ROOT,
                        " %s=%d",
                        infos[i].getThreadName().substring(("ngrid-" + node.id() + "-").length()),
                        cpu[i]));
            }
        }
        return "cpu " + own + " " + system.getProcessCpuTime() + " " + wall + each;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }

    /** Says something to the test. */
    static void tell(String line) {
        say(line);
    }
}
