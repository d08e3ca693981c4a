package io.ngrid.management;

import java.util.List;

/** A node of the grid, as it last described itself. */
@Description("A node of the grid, as it last described itself.")
public interface NodeMXBean {
    /**
     * ID of the node.
     *
     * @return its value
     */
    @Description("ID of the node.")
    String getNode();

    /**
     * Name of the cluster.
     *
     * @return its value
     */
    @Description("Name of the cluster.")
    String getCluster();

    /**
     * Random ID of the cluster; empty before it formed.
     *
     * @return its value
     */
    @Description("Random ID of the cluster; empty before it formed.")
    String getClusterId();

    /**
     * Random ID of the data directory.
     *
     * @return its value
     */
    @Description("Random ID of the data directory.")
    String getStorageId();

    /**
     * Host and port at which the node listens.
     *
     * @return its value
     */
    @Description("Host and port at which the node listens.")
    String getAddress();

    /**
     * What the node is doing: STARTING, FORMING, ELECTING, FOLLOWER, LEADER, REFUSED, DEGRADED or CLOSED.
     *
     * @return its value
     */
    @Description("What the node is doing: STARTING, FORMING, ELECTING, FOLLOWER, LEADER, REFUSED, DEGRADED or CLOSED.")
    String getState();

    /**
     * Why, in one sentence; empty when all is well.
     *
     * @return its value
     */
    @Description("Why, in one sentence; empty when all is well.")
    String getReason();

    /**
     * The leader that this node follows; empty without one.
     *
     * @return its value
     */
    @Description("The leader that this node follows; empty without one.")
    String getLeader();

    /**
     * The epoch; it rises with each election.
     *
     * @return its value
     */
    @Description("The epoch; it rises with each election.")
    long getEpoch();

    /**
     * The voters of the cluster.
     *
     * @return its value
     */
    @Description("The voters of the cluster.")
    List<String> getVoters();

    /**
     * W: on so many disks is an acknowledged write.
     *
     * @return its value
     */
    @Description(value = "W: on so many disks is an acknowledged write.", unit = "nodes")
    int getReplicationQuorum();

    /**
     * E: so many voters elect a leader.
     *
     * @return its value
     */
    @Description(value = "E: so many voters elect a leader.", unit = "nodes")
    int getElectionQuorum();

    /**
     * C: so many disks commit an entry.
     *
     * @return its value
     */
    @Description(value = "C: so many disks commit an entry.", unit = "nodes")
    int getCommitQuorum();

    /**
     * Peers with an open connection.
     *
     * @return its value
     */
    @Description(value = "Peers with an open connection.", unit = "nodes")
    int getPeersConnected();

    /**
     * Whether writes are accepted now, as far as this node knows.
     *
     * @return its value
     */
    @Description("Whether writes are accepted now, as far as this node knows.")
    boolean isWritesAllowed();

    /**
     * First index still in the log.
     *
     * @return its value
     */
    @Description(value = "First index still in the log.", unit = "index")
    long getFirstIndex();

    /**
     * Last index of the log.
     *
     * @return its value
     */
    @Description(value = "Last index of the log.", unit = "index")
    long getLastIndex();

    /**
     * Index up to which the log is durable here.
     *
     * @return its value
     */
    @Description(value = "Index up to which the log is durable here.", unit = "index")
    long getFlushedIndex();

    /**
     * Index up to which entries are committed.
     *
     * @return its value
     */
    @Description(value = "Index up to which entries are committed.", unit = "index")
    long getCommitIndex();

    /**
     * Index up to which entries are applied here.
     *
     * @return its value
     */
    @Description(value = "Index up to which entries are applied here.", unit = "index")
    long getAppliedIndex();

    /**
     * Index of the latest checkpoint.
     *
     * @return its value
     */
    @Description(value = "Index of the latest checkpoint.", unit = "index")
    long getCheckpointIndex();

    /**
     * Index up to which every connected voter has the log.
     *
     * @return its value
     */
    @Description(value = "Index up to which every connected voter has the log.", unit = "index")
    long getReleaseIndex();

    /**
     * What the data directory takes.
     *
     * @return its value
     */
    @Description(value = "What the data directory takes.", unit = "bytes")
    long getDiskBytes();

    /**
     * That the disk is full, or which snapshots are on their way.
     *
     * @return one sentence, empty if neither
     */
    @Description("That the disk is full, or which snapshots are on their way; empty if neither.")
    String getStorageNote();

    /**
     * What all maps take in memory.
     *
     * @return bytes of keys and values, and 128 an entry
     */
    @Description(value = "What all maps take in memory: keys and values, and 128 an entry.", unit = "bytes")
    long getMapsMemoryBytes();

    /**
     * How much memory all maps may take when this node leads.
     *
     * @return maps.memory.max
     */
    @Description(value = "How much memory all maps may take when this node leads.", unit = "bytes")
    long getMapsMemoryMax();

    /**
     * Forces of the log since start.
     *
     * @return its value
     */
    @Description("Forces of the log since start.")
    long getForces();

    /**
     * Duration of the last force.
     *
     * @return its value
     */
    @Description(value = "Duration of the last force.", unit = "microseconds")
    long getLastForceMicros();

    /**
     * Duration of the longest force since start.
     *
     * @return its value
     */
    @Description(value = "Duration of the longest force since start.", unit = "microseconds")
    long getMaxForceMicros();

    /**
     * Elections that this node began since start.
     *
     * @return its value
     */
    @Description("Elections that this node began since start.")
    long getElections();

    /**
     * Changes of leader since start.
     *
     * @return its value
     */
    @Description("Changes of leader since start.")
    long getLeaderChanges();

    /**
     * Operations of this node's callers under way.
     *
     * @return its value
     */
    @Description("Operations of this node's callers under way.")
    long getPendingOperations();

    /**
     * Operations taken on here as leader and not yet answered.
     *
     * @return its value
     */
    @Description("Operations taken on here as leader and not yet answered.")
    long getPendingProposals();

    /**
     * Running hash of the state applied here; equal on all nodes at equal index.
     *
     * @return 16 hexadecimal digits; empty before there is a state
     */
    @Description("Running hash of the state applied here (at AppliedIndex); equal on all nodes at equal index.")
    String getStateHash();

    /**
     * Highest index at which a majority of voters is known to have the state that this node has.
     *
     * @return its value
     */
    @Description("Highest index at which a majority of voters is known to have the state that this node has.")
    long getAgreedIndex();

    /**
     * Time since start.
     *
     * @return its value
     */
    @Description(value = "Time since start.", unit = "milliseconds")
    long getUptimeMillis();

    /**
     * Reads all files of the node and changes nothing; takes as long as reading them takes.
     *
     * @return a line for each file: file, content, records, bytes, verdict and note, separated by tabs; the last one is
     *     {@code verify: OK ...} or {@code verify: CORRUPT ...}
     */
    @Description(
            value = "Reads all files of the node and changes nothing. A line for each: file, content, records, bytes,"
                    + " verdict, note; the last one is 'verify: OK ...' or 'verify: CORRUPT ...'.",
            reads = true)
    String[] verify();
}
