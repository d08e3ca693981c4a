package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.transport.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a fresh node waits for; the first cause that stands in the way, in the order in which people mend them. */
record FormationReason(Member self, int replicationQuorum, PeerList list, FormationPeers peers) {
    String text() {
        Peer member = peers.anyInCluster();
        if (member != null) {
            return member.info().id() + " belongs to cluster " + member.cluster()
                    + "; this node has none and waits to be let in";
        }
        String conflict = list.conflict();
        if (conflict != null) {
            return conflict + "; give each node an ID of its own";
        }
        String differing = differing();
        if (differing != null) {
            return differing;
        }
        if (!list.unresolved().isEmpty()) {
            return "forming a cluster needs every node of the list once; no answer yet from " + list.unresolved();
        }
        List<NodeId> nodes = list.nodes();
        if (replicationQuorum > nodes.size()) {
            return "replication.quorum = " + replicationQuorum + " is not allowed with the " + nodes.size() + " nodes "
                    + nodes + ": majority, or 1 to " + nodes.size();
        }
        List<NodeId> missing = absent(nodes);
        if (!missing.isEmpty()) {
            return "forming a cluster needs every node of the list once; not connected: " + missing;
        }
        List<NodeId> silent = silent(nodes);
        if (!silent.isEmpty()) {
            return "waiting to hear the lists of " + silent;
        }
        return "waiting for " + nodes.get(nodes.size() - 1) + ", the highest ID of " + nodes + ", to form the cluster";
    }

    /** Whose list or quorum differs from this node's, and how; or null. */
    private @Nullable String differing() {
        List<NodeId> own = list.nodes();
        for (Peer peer : peers.connected()) {
            NodeId node = peer.info().id();
            FormationNotice notice = peers.notice(node);
            if (notice == null) {
                continue;
            }
            if (!own.isEmpty() && !notice.list().isEmpty() && !notice.list().equals(own)) {
                return "the peers of " + node + " are " + notice.list() + ", those of this node are " + own
                        + "; they must be equal";
            }
            if (notice.replicationQuorum() != replicationQuorum) {
                return "replication.quorum of " + node + " is " + quorum(notice.replicationQuorum())
                        + ", that of this node is " + quorum(replicationQuorum) + "; they must be equal";
            }
        }
        return null;
    }

    private List<NodeId> absent(List<NodeId> nodes) {
        List<NodeId> absent = new ArrayList<>(nodes);
        absent.removeIf(node -> node.equals(self.node()) || peers.isConnected(node));
        return absent;
    }

    private List<NodeId> silent(List<NodeId> nodes) {
        List<NodeId> silent = new ArrayList<>();
        for (NodeId node : nodes) {
            FormationNotice notice = peers.notice(node);
            if (!node.equals(self.node()) && (notice == null || notice.list().isEmpty())) {
                silent.add(node);
            }
        }
        return silent;
    }

    private static String quorum(int replicationQuorum) {
        return replicationQuorum == 0 ? "majority" : Integer.toString(replicationQuorum);
    }
}
