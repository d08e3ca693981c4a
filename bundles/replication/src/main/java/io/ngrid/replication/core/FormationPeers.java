package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.transport.Peer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The nodes connected now, and what each has shown over this very connection. */
final class FormationPeers {
    private final Map<NodeId, Seen> seen = new TreeMap<>();

    /** A new connection of a node ID replaces the old one, whatever storage it has: what was shown before is void. */
    void connected(Peer peer) {
        seen.put(peer.info().id(), new Seen(peer));
    }

    void disconnected(Member member) {
        Seen known = of(member);
        if (known != null) {
            seen.remove(member.node());
        }
    }

    void noticed(Member member, FormationNotice notice) {
        Seen known = of(member);
        if (known != null) {
            known.notice = notice;
        }
    }

    List<Peer> connected() {
        return seen.values().stream().map(known -> known.peer).toList();
    }

    boolean isConnected(NodeId node) {
        return seen.containsKey(node);
    }

    Member member(NodeId node) {
        Seen known = seen.get(node);
        if (known == null) {
            throw new IllegalStateException(node + " is not connected, it cannot be a voter");
        }
        return known.peer.member();
    }

    /** A node that showed a cluster, or null. */
    @Nullable
    Peer anyInCluster() {
        for (Seen known : seen.values()) {
            if (known.peer.cluster() != null) {
                return known.peer;
            }
        }
        return null;
    }

    @Nullable
    FormationNotice notice(NodeId node) {
        Seen known = seen.get(node);
        return known == null ? null : known.notice;
    }

    private @Nullable Seen of(Member member) {
        Seen known = seen.get(member.node());
        return known != null && known.peer.member().equals(member) ? known : null;
    }

    private static final class Seen {
        private final Peer peer;
        private @Nullable FormationNotice notice;

        Seen(Peer peer) {
            this.peer = peer;
        }
    }
}
