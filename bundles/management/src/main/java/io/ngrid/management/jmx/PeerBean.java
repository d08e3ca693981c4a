package io.ngrid.management.jmx;

import io.ngrid.api.NodeId;
import io.ngrid.management.PeerMXBean;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;

/** A peer. */
final class PeerBean extends DescribedMBean implements PeerMXBean {
    private final NodeView view;
    private final NodeId peer;

    PeerBean(NodeView view, NodeId peer) {
        super(PeerMXBean.class);
        this.view = view;
        this.peer = peer;
    }

    private NodeStatus.PeerView peerView() {
        for (NodeStatus.PeerView candidate : view.status().peers()) {
            if (candidate.node().equals(peer)) {
                return candidate;
            }
        }
        throw new IllegalStateException("the peer " + peer + " is gone");
    }

    @Override
    public String getPeer() {
        return peer.value();
    }

    @Override
    public String getAddress() {
        return peerView().address();
    }

    @Override
    public boolean isConnected() {
        return peerView().connected();
    }

    @Override
    public boolean isVoter() {
        return peerView().voter();
    }

    @Override
    public long getMatchIndex() {
        return peerView().matchIndex();
    }

    @Override
    public long getLagEntries() {
        return peerView().lagEntries();
    }

    @Override
    public long getOutboundBytes() {
        return peerView().outboundBytes();
    }

    @Override
    public long getBytesIn() {
        return peerView().bytesIn();
    }

    @Override
    public long getBytesOut() {
        return peerView().bytesOut();
    }

    @Override
    public long getReconnects() {
        return peerView().reconnects();
    }

    @Override
    public long getSilentMillis() {
        return peerView().silentMillis();
    }
}
