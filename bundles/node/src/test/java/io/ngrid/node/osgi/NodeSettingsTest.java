package io.ngrid.node.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.Durability;
import io.ngrid.api.Handback;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.PeerAddress;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
    private static final String FILE = "/opt/karaf/etc/io.ngrid.node.cfg";

    private static NGridConfig parse(String... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("felix.fileinstall.filename", "file:" + FILE);
        properties.put("service.pid", "io.ngrid.node");
        properties.put("component.id", 7L);
        properties.put("osgi.ds.satisfying.condition.target", "(osgi.condition.id=true)");
        properties.put("component.name", "io.ngrid.node");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return NodeSettings.parse(properties, NodeSettings.source(properties));
    }

    @Test
    void readsEveryKey() {
        NGridConfig config = parse(
                "cluster", "prod",
                "node.id", "node-7",
                "host", "localhost",
                "port", "7500",
                "peers", "node-8@10.0.0.8:7400, 10.0.0.9:7400 ,",
                "data.directory", "/var/lib/ngrid",
                "replication.quorum", "2",
                "durability", "os",
                "heartbeat", "50ms",
                "election.timeout", "2 s",
                "election.catchup.max", "1000",
                "replication.lag.max", "100000",
                "snapshot.rate", "unlimited",
                "maps.memory.max", "1000000",
                "handback", "off",
                "handback.delay", "7s",
                "operation.timeout", "1m",
                "session.timeout", "2h",
                "insecure", "true");

        assertThat(config)
                .isEqualTo(NGridConfig.builder()
                        .cluster("prod")
                        .nodeId("node-7")
                        .host("localhost")
                        .port(7500)
                        .peers(List.of(PeerAddress.parse("node-8@10.0.0.8:7400"), PeerAddress.parse("10.0.0.9:7400")))
                        .dataDirectory(Path.of("/var/lib/ngrid"))
                        .replicationQuorum(2)
                        .durability(Durability.OS)
                        .heartbeat(Duration.ofMillis(50))
                        .electionTimeout(Duration.ofSeconds(2))
                        .electionCatchupMax(1000)
                        .replicationLagMax(100_000)
                        .snapshotRate(0)
                        .mapsMemoryMax(1_000_000)
                        .handback(Handback.OFF)
                        .handbackDelay(Duration.ofSeconds(7))
                        .operationTimeout(Duration.ofMinutes(1))
                        .sessionTimeout(Duration.ofHours(2))
                        .insecure(true)
                        .build());
    }

    @Test
    void whatIsMissingOrEmptyHasTheDefault() {
        NGridConfig plain = parse();
        assertThat(parse("peers", "", "heartbeat", "")).isEqualTo(plain);
        assertThat(plain)
                .isEqualTo(NGridConfig.builder()
                        .dataDirectory(Path.of(System.getProperty("karaf.data", "data"), "ngrid"))
                        .build());
    }

    @Test
    void theMetatypeShowsTheSameKeysAndDefaults() {
        String[] shown = new String[2 * NodeSettings.KEYS.size()];
        int i = 0;
        for (Method method : NodeKeys.class.getDeclaredMethods()) {
            shown[i++] = method.getName().replace('_', '.');
            shown[i++] = String.valueOf(method.getDefaultValue());
        }

        assertThat(parse(shown)).isEqualTo(parse());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hearbeat | 50ms | the keys cluster, node.id, host",
                "cluster | a/b | 1 to 128 characters",
                "node.id | node 1 | 1 to 64 characters",
                "port | 74oo | a whole number from 0 to 65535",
                "port | 70000 | a whole number from 0 to 65535",
                "peers | 10.0.0.8 | host:port or id@host:port, separated by commas (peer '10.0.0.8' has no port",
                "peers | node-8@a:1,node-8@b:2 | host:port or id@host:port, separated by commas (node ID node-8 occurs twice",
                "replication.quorum | most | majority, or a whole number from 1",
                "replication.quorum | 0 | majority, or a whole number from 1",
                "durability | sometimes | fsync, os",
                "heartbeat | 100 | a whole number and a unit out of ms, s, m, h, d",
                "operation.timeout | 10 sec | a whole number and a unit",
                "replication.lag.max | 64k | a whole number of bytes from 65536 to 1099511627776",
                "maps.memory.max | unlimited | a whole number of bytes from 65536 to 1099511627776",
                "snapshot.rate | 64MiB | unlimited, or a whole number of bytes a second from 65536",
                "snapshot.rate | -1 | unlimited, or a whole number of bytes a second from 65536",
                "session.timeout | 1 hour | a whole number and a unit",
                "insecure | yes | true, false",
            })
    void saysWhatIsWrong(String key, String value, String allowed) {
        assertThatThrownBy(() -> parse(key, value))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(FILE + ": " + key + " = " + value + " is not allowed; allowed: " + allowed);
    }

    @Test
    void settingsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> parse("heartbeat", "1s", "election.timeout", "2s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(FILE + ": election.timeout = ")
                .hasMessageContaining("at least 5 heartbeats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void beyondLoopbackIsRefused(String host) {
        assertThatThrownBy(() -> parse("host", host))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(FILE + ": host = " + host + " is not allowed: a loopback address")
                .hasMessageContaining("insecure = true");
    }

    @Test
    void beyondLoopbackIsAllowedWhenAskedFor() {
        assertThat(parse("host", "0.0.0.0", "insecure", "true").host()).isEqualTo("0.0.0.0");
    }

    @Test
    void withoutAFileThePidIsNamed() {
        assertThat(NodeSettings.source(Map.of("service.pid", "io.ngrid.node"))).isEqualTo("io.ngrid.node");
    }
}
