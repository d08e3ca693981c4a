package io.ngrid.spi.replication;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import java.util.List;

/**
 * An instant of the replication core.
 *
 * @param configuration the latest configuration in the log
 * @param commitIndex commit index
 * @param answerableIndex of a leader: see {@link ReplicationEffect.Answerable}; otherwise 0
 * @param noOpIndex of a leader: index of its no-op; clients are served once it is applied; otherwise 0
 * @param releaseIndex see {@link ReplicationEffect.Releasable}
 * @param progress of a leader: how far its followers are; otherwise empty
 */
public record ReplicationView(
        Configuration configuration,
        long commitIndex,
        long answerableIndex,
        long noOpIndex,
        long releaseIndex,
        List<Progress> progress) {
    /**
     * How far a follower is.
     *
     * @param node the follower
     * @param matchIndex highest index that it acknowledged in this epoch
     * @param nextIndex next index to be sent
     * @param inFlightBytes what is sent and not acknowledged
     * @param connected whether it is connected
     * @param awaited whether it is too far behind, and proposals wait for it [R7]
     */
    public record Progress(
            NodeId node, long matchIndex, long nextIndex, long inFlightBytes, boolean connected, boolean awaited) {}
}
