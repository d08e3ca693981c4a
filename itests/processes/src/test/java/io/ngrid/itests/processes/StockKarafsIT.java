package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ngrid.demo.KarafInstance;
import io.ngrid.demo.NodeProbe;
import io.ngrid.testkit.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three Karafs as Apache ships them: {@code feature:install ngrid} first, and the files that make one cluster of them later. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class StockKarafsIT {
    private static final int NODES = 3;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String FILE = "io.ngrid.node.cfg";

    @RegisterExtension
    final KarafNodes karafs = new KarafNodes();

    private final List<KarafInstance> instances = new ArrayList<>();
    private int[] ports = new int[0];

    /**
     * Each is a cluster of one at first, named node-1 like the others. Only because they share a machine, each gets a port
     * of its own before the next one is installed. Nothing is deleted by hand.
     */
    @Test
    void clustersOfOneBecomeOneClusterWhenTheirFilesSaySo() throws IOException {
        ports = Ports.free(NODES * 4);
        for (int i = 0; i < NODES; i++) {
            instances.add(stock(i));
        }
        for (KarafInstance instance : instances) {
            instance.start();
        }
        for (int i = 0; i < NODES; i++) {
            KarafInstance instance = instances.get(i);
            await().atMost(LONG).until(() -> shell(instance, "kar:list").contains("KAR Name"));
            shell(instance, "kar:install file:" + System.getProperty("ngrid.kar"));
            shell(instance, "feature:install ngrid");
            instance.edit(FILE, Map.of("port", "" + ports[i]));
            String alone = "127.0.0.1:" + ports[i];
            await().atMost(LONG)
                    .until(
                            () -> shell(instance, "ngrid:status"),
                            said -> said.contains("LEADER") && said.contains(alone));
        }

        String peers = Arrays.stream(ports, 0, NODES)
                .mapToObj(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(", "));
        for (KarafInstance instance : instances) {
            instance.edit(FILE, Map.of("node.id", instance.nodeId(), "peers", peers));
        }
        List<NodeProbe> probes = instances.stream().map(NodeProbe::new).toList();
        await().atMost(LONG)
                .until(() -> probes.stream().allMatch(probe -> {
                    Map<String, Object> node = probe.node("Leader", "ClusterId");
                    return node != null && "node-3".equals(node.get("Leader"));
                }));
        assertThat(probes.stream()
                        .map(probe -> probe.node("ClusterId").get("ClusterId"))
                        .distinct())
                .hasSize(1);
        probes.forEach(NodeProbe::close);

        for (KarafInstance instance :
                instances) { // each one's file asks for it, and the new cluster has to be asked anew
            await().atMost(LONG).until(() -> shell(instance, "ngrid:queue-list").contains("default"));
        }
        shell(instances.get(0), "ngrid:queue-offer default from-the-first");
        assertThat(shell(instances.get(2), "ngrid:queue-poll default")).contains("from-the-first");
    }

    private KarafInstance stock(int i) throws IOException {
        Path home = Path.of(System.getProperty("ngrid.stock.karaf")).toAbsolutePath();
        String id = "node-" + (i + 1);
        KarafInstance instance = karafs.add(new KarafInstance(
                home,
                karafs.directory().resolve(id),
                id,
                ports[NODES + 3 * i],
                ports[NODES + 3 * i + 1],
                ports[NODES + 3 * i + 2]));
        // No user is enabled in it, and what it does not ship, such as scr, comes from the repository of this build.
        Files.writeString(
                instance.base().resolve("etc/users.properties"),
                "karaf = karaf,_g_:admingroup\n_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh\n",
                StandardOpenOption.APPEND);
        instance.edit(
                "org.ops4j.pax.url.mvn.cfg",
                Map.of(
                        "org.ops4j.pax.url.mvn.localRepository",
                        System.getProperty("org.ops4j.pax.url.mvn.localRepository"),
                        "org.ops4j.pax.url.mvn.repositories",
                        ""));
        return instance;
    }

    private static String shell(KarafInstance instance, String command) {
        try {
            Process client = instance.script("client", "-u", "karaf", "-p", "karaf", command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!client.waitFor(60, TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
            instance.mark(command + ": " + said);
            return said;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(command, e);
        }
    }
}
