package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationEffect;
import io.ngrid.spi.replication.FormationEvent;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.transport.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forms a cluster, once, and passes its entry on [M1].
 *
 * <pre>
 * fresh -> member     it forms the cluster, or is sent an entry that names its storage ID
 * fresh -> excluded   it is sent an entry that does not
 * excluded -> fresh   who sent it is gone: it may come back without its cluster, as one of one node does that is given peers
 * </pre>
 */
public final class FormationCore implements Formation {
    private static final Logger LOG = LoggerFactory.getLogger(FormationCore.class);

    private final FormationOptions options;
    private final Member self;
    private final RandomGenerator random;
    private final PeerList list;
    private final FormationPeers peers = new FormationPeers();
    private @Nullable LogEntry entry;
    private @Nullable Member excludedBy;
    private String excluded = "";
    private long nextNanos;

    /**
     * Makes a core.
     *
     * @param options what it starts from
     * @param random makes the cluster ID
     * @param nowNanos monotonic time
     */
    public FormationCore(FormationOptions options, RandomGenerator random, long nowNanos) {
        this.options = options;
        this.self = options.self();
        this.random = random;
        this.list = new PeerList(self, options.peers());
        this.nextNanos = nowNanos;
        this.entry = options.entry();
    }

    @Override
    public List<FormationEffect> handle(FormationEvent event, long nowNanos) {
        List<FormationEffect> out = new ArrayList<>();
        if (event instanceof FormationEvent.Connected connected) {
            isGone(connected.peer().info().id(), nowNanos);
            peers.connected(connected.peer());
            greet(connected.peer(), out);
        } else if (event instanceof FormationEvent.Disconnected disconnected) {
            peers.disconnected(disconnected.peer());
            if (disconnected.peer().equals(excludedBy)) {
                isGone(disconnected.peer().node(), nowNanos);
            }
        } else if (event instanceof FormationEvent.Resolved resolved) {
            if (list.resolved(resolved.address(), resolved.member())) {
                nextNanos = nowNanos;
            }
        } else if (event instanceof FormationEvent.Received received) {
            received(received.from(), received.notice(), out);
        }
        if (entry == null && !isExcluded() && mayForm()) {
            form(out);
        }
        if (!isExcluded() && nowNanos >= nextNanos) {
            ask(out);
            nextNanos = nowNanos + options.retryNanos();
        }
        return List.copyOf(out);
    }

    /** What an older connection of a node said is void. */
    private void isGone(NodeId node, long nowNanos) {
        if (excludedBy != null && excludedBy.node().equals(node)) {
            excludedBy = null;
            nextNanos = nowNanos;
        }
    }

    @Override
    public boolean isExcluded() {
        return excludedBy != null;
    }

    @Override
    public long nextTickNanos() {
        if (isExcluded()) {
            return Long.MAX_VALUE;
        }
        boolean asks = entry == null
                && (options.peers().isEmpty() || !peers.connected().isEmpty());
        return asks ? nextNanos : Long.MAX_VALUE;
    }

    @Override
    public String reason() {
        if (isExcluded()) {
            return excluded;
        }
        return entry != null ? "" : new FormationReason(self, options.replicationQuorum(), list, peers).text();
    }

    private void received(Member from, FormationNotice notice, List<FormationEffect> out) {
        if (!notice.to().equals(self.storage())) {
            return;
        }
        LogEntry theirs = notice.entry();
        if (theirs != null && entry == null && !isExcluded()) {
            adoptOrStayOut(from, theirs, FormationEntry.read(theirs), out);
        } else if (theirs == null) {
            peers.noticed(from, notice);
            if (entry != null) {
                send(from, out); // it still forms: it lacks the entry
            }
        }
    }

    private void adoptOrStayOut(Member from, LogEntry theirs, Configuration formed, List<FormationEffect> out) {
        if (formed.isVoter(self)) {
            adopt(theirs, out);
            return;
        }
        Member named = formed.voter(self.node());
        excludedBy = from;
        excluded = named == null
                ? "cluster " + formed.cluster() + " was formed without " + self.node() + ", by " + formed.voters()
                : "cluster " + formed.cluster() + " was formed with storage " + named.storage() + " of " + self.node()
                        + ", this one is " + self.storage();
        out.add(new FormationEffect.Excluded(excluded));
    }

    /**
     * The highest ID of the list alone forms, and only when all others of the list are connected, fresh, and have shown
     * the same list and W over this connection; whoever else shows a cluster forbids it [M1].
     */
    private boolean mayForm() {
        List<NodeId> nodes = list.nodes();
        if (nodes.isEmpty() || list.conflict() != null || options.replicationQuorum() > nodes.size()) {
            return false;
        }
        if (!nodes.get(nodes.size() - 1).equals(self.node()) || peers.anyInCluster() != null) {
            return false;
        }
        return nodes.stream().filter(node -> !node.equals(self.node())).allMatch(node -> {
            FormationNotice seen = peers.notice(node);
            return seen != null && seen.list().equals(nodes) && seen.replicationQuorum() == options.replicationQuorum();
        });
    }

    private void form(List<FormationEffect> out) {
        List<Member> voters = new ArrayList<>();
        for (NodeId node : list.nodes()) {
            voters.add(node.equals(self.node()) ? self : peers.member(node));
        }
        ClusterId id = new ClusterId(randomUuid());
        Configuration formed = new Configuration(id, voters, options.replicationQuorum());
        LOG.info(
                "node={} forms cluster={} voters={} replicationQuorum={}",
                self,
                id,
                voters,
                options.replicationQuorum());
        adopt(FormationEntry.write(formed), out);
    }

    /** Adopt comes first: the entry is durable here before anybody sees it [M1]. */
    private void adopt(LogEntry theEntry, List<FormationEffect> out) {
        out.add(new FormationEffect.Adopt(theEntry));
        entry = theEntry;
        for (Peer peer : peers.connected()) {
            greet(peer, out);
        }
    }

    private void greet(Peer peer, List<FormationEffect> out) {
        if (peer.cluster() == null) {
            send(peer.member(), out);
        }
    }

    /** Whoever lacks the entry asks all, again and again, and members answer: so these need not know who has it. */
    private void ask(List<FormationEffect> out) {
        if (entry == null) {
            peers.connected().forEach(peer -> send(peer.member(), out));
        }
    }

    private void send(Member to, List<FormationEffect> out) {
        out.add(new FormationEffect.Send(
                to.node(), new FormationNotice(to.storage(), list.nodes(), options.replicationQuorum(), entry)));
    }

    private UUID randomUuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L; // version 4
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L; // variant of RFC 9562
        return new UUID(high, low);
    }
}
