package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why a node has no leader, for people. */
final class Reason {
    private Reason() {}

    static String of(Configuration configuration, NodeId self, List<Hearing.Voter> heard, boolean lost) {
        List<NodeId> there = new ArrayList<>();
        List<NodeId> missing = new ArrayList<>();
        configuration.voters().stream()
                .map(voter -> voter.node())
                .forEach(voter -> (voter.equals(self) || isHeard(voter, heard) ? there : missing).add(voter));
        int election = configuration.quorums().election();
        String quorum = election + " of " + configuration.voters().size() + " voters needed to elect, heard: "
                + names(there) + (missing.isEmpty() ? "" : "; missing: " + names(missing));
        if (there.size() < election) {
            return quorum;
        }
        return quorum
                + (lost ? "; an election is under way" : "; waits an election time-out for a leader to show itself");
    }

    private static boolean isHeard(NodeId voter, List<Hearing.Voter> heard) {
        return heard.stream().anyMatch(v -> v.node().equals(voter));
    }

    private static String names(List<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(", "));
    }
}
