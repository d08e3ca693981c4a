package io.ngrid.management;

/** Another node, as this node sees it. */
@Description("Another node, as this node sees it.")
public interface PeerMXBean {
    /**
     * ID of the peer.
     *
     * @return its value
     */
    @Description("ID of the peer.")
    String getPeer();

    /**
     * Its address.
     *
     * @return its value
     */
    @Description("Its address.")
    String getAddress();

    /**
     * Whether a connection is open.
     *
     * @return its value
     */
    @Description("Whether a connection is open.")
    boolean isConnected();

    /**
     * Whether it is a voter.
     *
     * @return its value
     */
    @Description("Whether it is a voter.")
    boolean isVoter();

    /**
     * At a leader: highest index that it acknowledged; otherwise -1.
     *
     * @return its value
     */
    @Description(value = "At a leader: highest index that it acknowledged; otherwise -1.", unit = "index")
    long getMatchIndex();

    /**
     * At a leader: entries that it lacks; otherwise -1.
     *
     * @return its value
     */
    @Description(value = "At a leader: entries that it lacks; otherwise -1.", unit = "entries")
    long getLagEntries();

    /**
     * What waits to be sent to it.
     *
     * @return its value
     */
    @Description(value = "What waits to be sent to it.", unit = "bytes")
    long getOutboundBytes();

    /**
     * Received from it since start.
     *
     * @return its value
     */
    @Description(value = "Received from it since start.", unit = "bytes")
    long getBytesIn();

    /**
     * Sent to it since start.
     *
     * @return its value
     */
    @Description(value = "Sent to it since start.", unit = "bytes")
    long getBytesOut();

    /**
     * Connections made to it since start, but the first.
     *
     * @return its value
     */
    @Description("Connections made to it since start, but the first.")
    long getReconnects();

    /**
     * Time since it was last heard; -1 if never.
     *
     * @return its value
     */
    @Description(value = "Time since it was last heard; -1 if never.", unit = "milliseconds")
    long getSilentMillis();
}
