package io.ngrid.node.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The keys of io.ngrid.node.cfg and their defaults; {@link NodeSettings} reads them. */
@ObjectClassDefinition(
        id = "io.ngrid.node",
        name = "NGrid node",
        description = "The NGrid node of this container. Durations have a unit: 100ms, 10s, 5m, 1h, 7d, 30d at most.")
@interface NodeKeys {
    @AttributeDefinition(description = "Name of the cluster; nodes of different names refuse each other.")
    String cluster() default "ngrid";

    @AttributeDefinition(
            name = "node.id",
            description =
                    "ID of the node, unique in its cluster; of the nodes that may lead, the highest does. It belongs"
                            + " to the data: once used, it cannot change.")
    String node_id() default "node-1";

    @AttributeDefinition(description = "Address at which the node listens and that it tells its peers.")
    String host() default "127.0.0.1";

    @AttributeDefinition(description = "TCP port, 1 to 65535, or 0 for any free one.")
    String port() default "7400";

    @AttributeDefinition(
            required = false,
            description =
                    "All nodes of the cluster, separated by commas: host:port or id@host:port. This one may be among"
                            + " them. Empty: a cluster of one.")
    String peers() default "";

    @AttributeDefinition(
            name = "data.directory",
            required = false,
            description = "Directory of the durable state, for this node alone. Empty: ngrid in the container's data"
                    + " directory.")
    String data_directory() default "";

    @AttributeDefinition(
            name = "replication.quorum",
            description =
                    "On how many disks a write is before it is acknowledged: majority, or 1 to the number of voters."
                            + " Counts when the cluster forms.")
    String replication_quorum() default "majority";

    @AttributeDefinition(
            description = "When an entry counts as being on a disk: after an fsync, or after it was written to the"
                    + " operating system (weaker).",
            options = {@Option("fsync"), @Option("os")})
    String durability() default "fsync";

    @AttributeDefinition(description = "Time between heartbeats.")
    String heartbeat() default "100ms";

    @AttributeDefinition(
            name = "election.timeout",
            description = "How long a silent leader is trusted; at least 5 heartbeats.")
    String election_timeout() default "1s";

    @AttributeDefinition(
            name = "election.catchup.max",
            description =
                    "How much a node that would lead may fetch from another before it stands, in bytes: 0 to 8388608.")
    String election_catchup_max() default "4194304";

    @AttributeDefinition(
            name = "replication.lag.max",
            description =
                    "How far a connected node may be behind the leader before writes wait for it, in bytes of the log:"
                            + " 65536 to 1099511627776.")
    String replication_lag_max() default "67108864";

    @AttributeDefinition(
            name = "snapshot.rate",
            description = "How much a leader sends of snapshots, to all nodes together, in bytes a second from 65536;"
                    + " or unlimited.")
    String snapshot_rate() default "33554432";

    @AttributeDefinition(
            name = "maps.memory.max",
            description =
                    "How much memory all maps may take together on every node, in bytes of keys and values and 128 an"
                            + " entry: 65536 to 1099511627776. At the bound what would make them larger is refused.")
    String maps_memory_max() default "134217728";

    @AttributeDefinition(
            description = "Whether a returning node with a higher ID is handed the leadership.",
            options = {@Option("auto"), @Option("off")})
    String handback() default "auto";

    @AttributeDefinition(
            name = "handback.delay",
            description = "How long it must have been caught up and fit before; doubles with each attempt within ten"
                    + " minutes. 1ms to 1h.")
    String handback_delay() default "5s";

    @AttributeDefinition(
            name = "operation.timeout",
            description = "Time-out of operations that have none of their own.")
    String operation_timeout() default "10s";

    @AttributeDefinition(
            name = "session.timeout",
            description =
                    "How long a node may stay away before the leader ends its session, and forgets what it knows of"
                            + " the node's operations; at least 10 election time-outs.")
    String session_timeout() default "1h";

    @AttributeDefinition(
            description = "Allows listening beyond loopback without secret or TLS: on a trusted network only.")
    String insecure() default "false";
}
