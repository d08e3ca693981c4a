package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why a node has no leader, for people. */
final class Reason {
    private Reason() {}

    /** One sentence; empty with a leader. */
    static String of(State state) {
        if (state.watch.leader() != null) {
            return "";
        }
        if (state.isDegraded()) {
            return "storage failed: this node takes no part in elections, and hears no leader";
        }
        if (!state.isVoter()) {
            return state.self.node() + " is no voter of this cluster, and hears no leader";
        }
        List<NodeId> hears = state.hears();
        List<NodeId> heard = new ArrayList<>();
        List<NodeId> missing = new ArrayList<>();
        for (Member voter : state.configuration().voters()) {
            NodeId node = voter.node();
            (node.equals(state.self.node()) || hears.contains(node) ? heard : missing).add(node);
        }
        int election = state.quorums().election();
        String quorum = election + " of " + state.quorums().voters() + " voters needed to elect, heard: " + names(heard)
                + (missing.isEmpty() ? "" : "; missing: " + names(missing));
        if (heard.size() < election) {
            return quorum;
        }
        return quorum
                + (state.hasLostLeader() ? "; an election is due" : "; waits an election time-out for a live leader");
    }

    private static String names(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
    }
}
