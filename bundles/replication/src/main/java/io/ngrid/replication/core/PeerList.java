package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node's configured addresses and who answered there last; the node itself always belongs to the list [M1]. */
final class PeerList {
    private final Member self;
    private final List<PeerAddress> addresses;
    private final Map<PeerAddress, Member> answers = new LinkedHashMap<>();

    PeerList(Member self, List<PeerAddress> addresses) {
        this.self = self;
        this.addresses = addresses.stream().distinct().toList();
    }

    /** Returns whether the list changed. */
    boolean resolved(PeerAddress address, Member member) {
        List<NodeId> before = nodes();
        if (addresses.contains(address)) {
            answers.put(address, member);
        }
        return !before.equals(nodes());
    }

    List<PeerAddress> unresolved() {
        return addresses.stream()
                .filter(address -> !answers.containsKey(address))
                .toList();
    }

    /** The node IDs in their order; empty until every address has answered. */
    List<NodeId> nodes() {
        if (!unresolved().isEmpty()) {
            return List.of();
        }
        TreeSet<NodeId> nodes = new TreeSet<>();
        nodes.add(self.node());
        answers.values().forEach(member -> nodes.add(member.node()));
        return List.copyOf(nodes);
    }

    /** Two nodes that have the same ID, as a sentence; or null. */
    @Nullable
    String conflict() {
        List<Map.Entry<PeerAddress, Member>> seen = new ArrayList<>();
        for (Map.Entry<PeerAddress, Member> answer : answers.entrySet()) {
            Member member = answer.getValue();
            if (member.node().equals(self.node()) && !member.equals(self)) {
                return "the node at " + answer.getKey() + " has the ID of this node, " + self.node();
            }
            for (Map.Entry<PeerAddress, Member> other : seen) {
                if (other.getValue().node().equals(member.node())
                        && !other.getValue().equals(member)) {
                    return "two nodes have the ID " + member.node() + ": at " + other.getKey() + " and at "
                            + answer.getKey();
                }
            }
            seen.add(answer);
        }
        return null;
    }
}
