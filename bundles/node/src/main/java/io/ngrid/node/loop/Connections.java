package io.ngrid.node.loop;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which members are connected, and how often each node was, so that a new connection is told from the old one. */
final class Connections {
    private final Map<NodeId, Member> open = new HashMap<>();
    private final Map<NodeId, Long> generations = new HashMap<>();

    void connected(Member member) {
        open.put(member.node(), member);
        generations.merge(member.node(), 1L, Long::sum);
    }

    void disconnected(Member member) {
        open.remove(member.node(), member);
    }

    boolean isConnected(Member member) {
        return member.equals(open.get(member.node()));
    }

    @Nullable
    Member member(NodeId node) {
        return open.get(node);
    }

    /** Rises with every connection to that node. */
    long generation(NodeId node) {
        return generations.getOrDefault(node, 0L);
    }

    Collection<Member> members() {
        return List.copyOf(open.values());
    }
}
