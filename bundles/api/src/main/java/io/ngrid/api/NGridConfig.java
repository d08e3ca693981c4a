package io.ngrid.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Settings of a node, immutable and checked. Every setting has a default; see the builder's methods. No time is longer
 * than 30 days.
 *
 * @param cluster name of the cluster; nodes of different names refuse each other
 * @param nodeId the node's ID; cannot change while the data directory is kept
 * @param host address at which the node listens and that it tells its peers
 * @param port TCP port, 1 to 65535, or 0 for any free one
 * @param peers addresses of the cluster's other nodes, this one allowed among them; empty for a cluster of one
 * @param dataDirectory directory of the node's durable state, for this node alone
 * @param replicationQuorum W, the number of disks that an acknowledged write is on; 0 for a majority. Counts when a
 *     cluster forms; afterwards the log's value is obeyed
 * @param durability when an entry counts as being on a disk
 * @param heartbeat time between heartbeats
 * @param electionTimeout how long a silent leader is trusted; at least 5 heartbeats
 * @param electionCatchupMax how much a node that would lead may fetch from another before it stands, in bytes; 0 to 8 MiB
 * @param replicationLagMax how far a connected node may be behind the leader before writes wait for it, in bytes of the log;
 *     64 KiB to 1 TiB
 * @param snapshotRate how much a leader sends of snapshots, to all together, in bytes a second; 64 KiB or more, or 0 for no bound
 * @param mapsMemoryMax how much memory maps may take together, in bytes as {@link Builder#mapsMemoryMax} counts them; 64 KiB to 1 TiB
 * @param handback whether a returning node with a higher ID is handed the leadership
 * @param handbackDelay how long it must have been caught up and fit before
 * @param operationTimeout time-out of operations that have none of their own; those that have one may need as long to end
 *     while the cluster does not answer
 * @param sessionTimeout how long a node may stay away before the leader ends its session; at least 10 election time-outs
 * @param insecure allows listening beyond loopback without secret or TLS
 */
public record NGridConfig(
        String cluster,
        NodeId nodeId,
        String host,
        int port,
        List<PeerAddress> peers,
        Path dataDirectory,
        int replicationQuorum,
        Durability durability,
        Duration heartbeat,
        Duration electionTimeout,
        int electionCatchupMax,
        long replicationLagMax,
        long snapshotRate,
        long mapsMemoryMax,
        Handback handback,
        Duration handbackDelay,
        Duration operationTimeout,
        Duration sessionTimeout,
        boolean insecure) {
    /** The port of a node that names none. */
    public static final int DEFAULT_PORT = 7400;

    private static final int MAX_ELECTION_CATCHUP = 8 << 20;
    private static final long MIN_SNAPSHOT_RATE = 64 << 10;
    private static final long MIN_REPLICATION_LAG = 64 << 10;
    private static final long MAX_REPLICATION_LAG = 1L << 40;
    private static final long MIN_MAPS_MEMORY = 64 << 10;
    private static final long MAX_MAPS_MEMORY = 1L << 40;
    private static final Duration MAX_HANDBACK_DELAY = Duration.ofHours(1);
    private static final Duration MAX_TIME = Duration.ofDays(30);

    /**
     * Checks the settings against each other.
     *
     * @throws ConfigurationException naming the first setting that is not allowed
     */
    public NGridConfig {
        Names.check("cluster", cluster);
        peers = List.copyOf(peers);
        require(!host.isBlank(), "host", host, "a host name or address");
        require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
        require(
                replicationQuorum >= 0,
                "replication.quorum",
                replicationQuorum,
                "majority, or 1 to the number of voters");
        require(within(heartbeat, Duration.ofMillis(10)), "heartbeat", heartbeat, "10 ms to 30 d");
        require(
                within(electionTimeout, heartbeat.multipliedBy(5)),
                "election.timeout",
                electionTimeout,
                "at least 5 heartbeats (" + heartbeat.multipliedBy(5) + "), and at most 30 d");
        require(
                electionCatchupMax >= 0 && electionCatchupMax <= MAX_ELECTION_CATCHUP,
                "election.catchup.max",
                electionCatchupMax,
                "0 to 8388608 bytes");
        require(
                replicationLagMax >= MIN_REPLICATION_LAG && replicationLagMax <= MAX_REPLICATION_LAG,
                "replication.lag.max",
                replicationLagMax,
                "65536 to 1099511627776 bytes");
        require(
                snapshotRate == 0 || snapshotRate >= MIN_SNAPSHOT_RATE,
                "snapshot.rate",
                snapshotRate,
                "65536 bytes a second or more, or unlimited (0)");
        require(
                mapsMemoryMax >= MIN_MAPS_MEMORY && mapsMemoryMax <= MAX_MAPS_MEMORY,
                "maps.memory.max",
                mapsMemoryMax,
                "65536 to 1099511627776 bytes");
        require(
                handbackDelay.compareTo(Duration.ofMillis(1)) >= 0 && handbackDelay.compareTo(MAX_HANDBACK_DELAY) <= 0,
                "handback.delay",
                handbackDelay,
                "1 ms to 1 h");
        require(within(operationTimeout, Duration.ofMillis(1)), "operation.timeout", operationTimeout, "1 ms to 30 d");
        require(
                within(sessionTimeout, electionTimeout.multipliedBy(10)),
                "session.timeout",
                sessionTimeout,
                "at least 10 election time-outs (" + electionTimeout.multipliedBy(10) + "), and at most 30 d");
    }

    private static boolean within(Duration time, Duration least) {
        return time.compareTo(least) >= 0 && time.compareTo(MAX_TIME) <= 0;
    }

    private static void require(boolean ok, String key, Object value, String allowed) {
        if (!ok) {
            throw new ConfigurationException(key + " = " + value + " is not allowed: " + allowed);
        }
    }

    /**
     * Starts from the defaults: cluster {@code ngrid}, node {@code node-1}, 127.0.0.1:7400, no peers, directory
     * {@code ngrid-data}, majority, fsync, heartbeat 100 ms, election time-out 1 s, 64 MiB behind the leader at most, snapshots at
     * 32 MiB/s, hand-back after 5 s,
     * operation time-out 10 s, session time-out 1 h.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; {@link #build} checks them. Not safe for several threads. */
    public static final class Builder {
        private String cluster = "ngrid";
        private NodeId nodeId = new NodeId("node-1");
        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private List<PeerAddress> peers = List.of();
        private Path dataDirectory = Path.of("ngrid-data");
        private int replicationQuorum;
        private Durability durability = Durability.FSYNC;
        private Duration heartbeat = Duration.ofMillis(100);
        private Duration electionTimeout = Duration.ofSeconds(1);
        private int electionCatchupMax = 4 << 20;
        private long replicationLagMax = 64 << 20;
        private long snapshotRate = 32 << 20;
        private long mapsMemoryMax = 128 << 20;
        private Handback handback = Handback.AUTO;
        private Duration handbackDelay = Duration.ofSeconds(5);
        private Duration operationTimeout = Duration.ofSeconds(10);
        private Duration sessionTimeout = Duration.ofHours(1);
        private boolean insecure;

        private Builder() {}

        /**
         * Sets the cluster's name.
         *
         * @param value see {@link Names}
         * @return this
         */
        public Builder cluster(String value) {
            cluster = value;
            return this;
        }

        /**
         * Sets the node's ID.
         *
         * @param value the ID
         * @return this
         */
        public Builder nodeId(String value) {
            nodeId = new NodeId(value);
            return this;
        }

        /**
         * Sets the address at which the node listens.
         *
         * @param value host name or address
         * @return this
         */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /**
         * Sets the port.
         *
         * @param value 1 to 65535, or 0 for any free one
         * @return this
         */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /**
         * Sets the peers.
         *
         * @param value their addresses, {@code host:port} or {@code id@host:port}
         * @return this
         */
        public Builder peers(String... value) {
            peers = java.util.Arrays.stream(value).map(PeerAddress::parse).toList();
            return this;
        }

        /**
         * Sets the peers.
         *
         * @param value their addresses
         * @return this
         */
        public Builder peers(List<PeerAddress> value) {
            peers = List.copyOf(value);
            return this;
        }

        /**
         * Sets the data directory.
         *
         * @param value a directory for this node alone; made if missing
         * @return this
         */
        public Builder dataDirectory(Path value) {
            dataDirectory = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the replication quorum W.
         *
         * @param value 1 to the number of voters, or 0 for a majority
         * @return this
         */
        public Builder replicationQuorum(int value) {
            replicationQuorum = value;
            return this;
        }

        /**
         * Sets when an entry counts as being on a disk.
         *
         * @param value the durability
         * @return this
         */
        public Builder durability(Durability value) {
            durability = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the time between heartbeats.
         *
         * @param value 10 ms or more
         * @return this
         */
        public Builder heartbeat(Duration value) {
            heartbeat = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how long a silent leader is trusted.
         *
         * @param value at least 5 heartbeats
         * @return this
         */
        public Builder electionTimeout(Duration value) {
            electionTimeout = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how much a node that would lead may fetch from another before it stands.
         *
         * @param value bytes, 0 to 8 MiB
         * @return this
         */
        public Builder electionCatchupMax(int value) {
            electionCatchupMax = value;
            return this;
        }

        /**
         * Sets how far a connected node may be behind the leader before writes wait for it.
         *
         * @param value bytes of the log, 64 KiB to 1 TiB
         * @return this
         */
        public Builder replicationLagMax(long value) {
            replicationLagMax = value;
            return this;
        }

        /**
         * Sets how much a leader sends of snapshots, to all nodes together.
         *
         * @param value bytes a second, 64 KiB or more, or 0 for no bound
         * @return this
         */
        public Builder snapshotRate(long value) {
            snapshotRate = value;
            return this;
        }

        /**
         * Sets how much memory all maps of the cluster may take together: their keys and values, and 128 bytes an entry. Every
         * node holds all of it on its heap. At the bound the leader, whose own setting counts, refuses what would make a map
         * larger by {@link StorageFullException}; removals, reads and values that are no larger than those they replace go on.
         *
         * @param value bytes, 64 KiB to 1 TiB
         * @return this
         */
        public Builder mapsMemoryMax(long value) {
            mapsMemoryMax = value;
            return this;
        }

        /**
         * Sets whether a returning node with a higher ID is handed the leadership.
         *
         * @param value automatically, or off
         * @return this
         */
        public Builder handback(Handback value) {
            handback = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how long a node with a higher ID must have been caught up and fit before it is handed the leadership. The
         * time doubles with each attempt within ten minutes.
         *
         * @param value 1 ms to 1 h
         * @return this
         */
        public Builder handbackDelay(Duration value) {
            handbackDelay = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the time-out of operations that have none of their own.
         *
         * @param value 1 ms or more
         * @return this
         */
        public Builder operationTimeout(Duration value) {
            operationTimeout = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how long a node may stay away before the leader ends its session, and with it what the cluster remembers of
         * the node's operations; one that returns later goes on under a new session.
         *
         * @param value at least 10 election time-outs
         * @return this
         */
        public Builder sessionTimeout(Duration value) {
            sessionTimeout = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Allows listening beyond loopback without secret or TLS.
         *
         * @param value true to allow it
         * @return this
         */
        public Builder insecure(boolean value) {
            insecure = value;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the settings
         * @throws ConfigurationException naming the first setting that is not allowed
         */
        public NGridConfig build() {
            return new NGridConfig(
                    cluster,
                    nodeId,
                    host,
                    port,
                    peers,
                    dataDirectory,
                    replicationQuorum,
                    durability,
                    heartbeat,
                    electionTimeout,
                    electionCatchupMax,
                    replicationLagMax,
                    snapshotRate,
                    mapsMemoryMax,
                    handback,
                    handbackDelay,
                    operationTimeout,
                    sessionTimeout,
                    insecure);
        }
    }
}
