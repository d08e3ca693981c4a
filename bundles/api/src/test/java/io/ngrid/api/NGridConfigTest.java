package io.ngrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NGridConfigTest {
    @Test
    void everySettingHasADefault() {
        NGridConfig config = NGridConfig.builder().build();

        assertThat(config)
                .isEqualTo(new NGridConfig(
                        "ngrid",
                        new NodeId("node-1"),
                        "127.0.0.1",
                        7400,
                        List.of(),
                        Path.of("ngrid-data"),
                        0,
                        Durability.FSYNC,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        4 << 20,
                        64 << 20,
                        32 << 20,
                        128 << 20,
                        Handback.AUTO,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofHours(1),
                        false));
    }

    @Test
    void everySettingIsTaken() {
        NGridConfig config = NGridConfig.builder()
                .cluster("c")
                .nodeId("n-7")
                .host("::1")
                .port(0)
                .peers("h:1", "n-8@h:2")
                .dataDirectory(Path.of("d"))
                .replicationQuorum(2)
                .durability(Durability.OS)
                .heartbeat(Duration.ofMillis(10))
                .electionTimeout(Duration.ofMillis(50))
                .electionCatchupMax(1)
                .replicationLagMax(65_536)
                .snapshotRate(65_536)
                .mapsMemoryMax(65_537)
                .handback(Handback.OFF)
                .handbackDelay(Duration.ofMillis(2))
                .operationTimeout(Duration.ofMillis(1))
                .sessionTimeout(Duration.ofMillis(500))
                .insecure(true)
                .build();

        assertThat(config)
                .isEqualTo(new NGridConfig(
                        "c",
                        new NodeId("n-7"),
                        "::1",
                        0,
                        List.of(new PeerAddress(null, "h", 1), new PeerAddress(new NodeId("n-8"), "h", 2)),
                        Path.of("d"),
                        2,
                        Durability.OS,
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        1,
                        65_536,
                        65_536,
                        65_537,
                        Handback.OFF,
                        Duration.ofMillis(2),
                        Duration.ofMillis(1),
                        Duration.ofMillis(500),
                        true));
    }

    @Test
    void whatIsNotAllowedIsNamedWithItsValue() {
        refuses(b -> b.cluster(""), "cluster name ''");
        refuses(b -> b.cluster("a/b"), "cluster name 'a/b'");
        refuses(b -> b.nodeId("node 1"), "node name 'node 1'");
        refuses(b -> b.snapshotRate(65_535), "snapshot.rate = 65535");
        refuses(b -> b.snapshotRate(-1), "snapshot.rate = -1");
        refuses(b -> b.mapsMemoryMax(65_535), "maps.memory.max = 65535");
        refuses(b -> b.mapsMemoryMax((1L << 40) + 1), "maps.memory.max = 1099511627777");
        refuses(b -> b.replicationLagMax(65_535), "replication.lag.max = 65535");
        refuses(b -> b.replicationLagMax((1L << 40) + 1), "replication.lag.max = 1099511627777");
        refuses(b -> b.electionCatchupMax(-1), "election.catchup.max = -1");
        refuses(b -> b.electionCatchupMax((8 << 20) + 1), "election.catchup.max = 8388609");
        refuses(b -> b.handbackDelay(Duration.ZERO), "handback.delay = PT0S");
        refuses(b -> b.handbackDelay(Duration.ofHours(2)), "handback.delay = PT2H");
        refuses(b -> b.host(" "), "host = ");
        refuses(b -> b.port(-1), "port = -1");
        refuses(b -> b.port(65_536), "port = 65536");
        refuses(b -> b.peers("nowhere"), "peer 'nowhere' has no port");
        refuses(b -> b.replicationQuorum(-1), "replication.quorum = -1");
        refuses(b -> b.heartbeat(Duration.ofMillis(9)), "heartbeat = PT0.009S");
        refuses(b -> b.heartbeat(Duration.ZERO), "heartbeat = PT0S");
        refuses(b -> b.operationTimeout(Duration.ZERO), "operation.timeout = PT0S");
    }

    @Test
    void anElectionTimeoutIsFiveHeartbeatsAtLeast() {
        refuses(b -> b.electionTimeout(Duration.ofMillis(499)), "election.timeout = PT0.499S");
        refuses(b -> b.heartbeat(Duration.ofMillis(201)), "at least 5 heartbeats (PT1.005S)");
        assertThat(NGridConfig.builder()
                        .electionTimeout(Duration.ofMillis(500))
                        .build()
                        .electionTimeout())
                .hasMillis(500);
    }

    @Test
    void aSessionTimeoutIsTenElectionTimeoutsAtLeast() {
        refuses(b -> b.sessionTimeout(Duration.ofMillis(9_999)), "session.timeout = PT9.999S");
        refuses(b -> b.electionTimeout(Duration.ofHours(1)), "at least 10 election time-outs (PT10H)");
    }

    /** Longer ones would overflow where they are multiplied. */
    @Test
    void noTimeIsLongerThanThirtyDays() {
        Duration over = Duration.ofDays(30).plusNanos(1);
        refuses(b -> b.operationTimeout(over), "operation.timeout = PT720H0.000000001S is not allowed: 1 ms to 30 d");
        refuses(b -> b.sessionTimeout(over), "session.timeout = PT720H0.000000001S");
        refuses(b -> b.electionTimeout(over), "election.timeout = PT720H0.000000001S");
        refuses(b -> b.heartbeat(over), "heartbeat = PT720H0.000000001S");
        refuses(b -> b.heartbeat(Duration.ofSeconds(Long.MAX_VALUE)), "heartbeat = ");
        refuses(b -> b.electionTimeout(Duration.ofSeconds(Long.MAX_VALUE)), "election.timeout = ");
        refuses(b -> b.operationTimeout(Duration.ofSeconds(Long.MAX_VALUE)), "operation.timeout = ");
        assertThat(NGridConfig.builder()
                        .operationTimeout(Duration.ofDays(30))
                        .sessionTimeout(Duration.ofDays(30))
                        .build()
                        .sessionTimeout())
                .hasDays(30);
    }

    @Test
    void thePeersAreCopied() {
        List<PeerAddress> peers = new ArrayList<>(List.of(PeerAddress.parse("h:1")));
        NGridConfig config = NGridConfig.builder().peers(peers).build();

        peers.clear();

        assertThat(config.peers()).hasSize(1);
    }

    private static void refuses(UnaryOperator<NGridConfig.Builder> setting, String message) {
        assertThatThrownBy(() -> setting.apply(NGridConfig.builder()).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }
}
