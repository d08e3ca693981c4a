package io.ngrid.election.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which peers are connected, when each was heard, and what its last heartbeat showed. */
final class Hearing {
    /** A voter that was heard within an election time-out. */
    record Voter(NodeId node, Heartbeat shown) {
        boolean hears(NodeId other) {
            return shown.hears().contains(other);
        }
    }

    /** The highest (epoch, round) received from a peer: what it gets echoed. */
    record Echo(long round, long epoch) {
        static final Echo NONE = new Echo(0, 0);
    }

    private static final class Peer {
        final Member member;
        boolean connected;

        @Nullable
        Heartbeat shown;

        long heardNanos;
        Echo echo = Echo.NONE;

        Peer(Member member) {
            this.member = member;
        }
    }

    private final long timeoutNanos;
    private final TreeMap<NodeId, Peer> peers = new TreeMap<>();

    Hearing(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    /** A new connection: what an earlier one brought is of another start, perhaps. */
    void connected(Member member) {
        Peer peer = new Peer(member);
        peer.connected = true;
        peers.put(member.node(), peer);
    }

    void disconnected(Member member) {
        Peer peer = peers.get(member.node());
        if (peer != null && peer.member.equals(member)) {
            peers.remove(member.node());
        }
    }

    void heard(Member from, Heartbeat heartbeat, long nowNanos) {
        Peer peer = peers.get(from.node());
        if (peer == null || !peer.member.equals(from)) {
            peer = new Peer(from);
            peers.put(from.node(), peer);
        }
        peer.shown = heartbeat;
        peer.heardNanos = nowNanos;
        Echo last = peer.echo;
        if (heartbeat.epoch() > last.epoch() || heartbeat.epoch() == last.epoch() && heartbeat.round() > last.round()) {
            peer.echo = new Echo(heartbeat.round(), heartbeat.epoch());
        }
    }

    Echo echoFor(NodeId node) {
        Peer peer = peers.get(node);
        return peer == null ? Echo.NONE : peer.echo;
    }

    /** The connected peers, voters or not. */
    List<Member> connected() {
        List<Member> connected = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (peer.connected) {
                connected.add(peer.member);
            }
        }
        return connected;
    }

    /** The voters heard within an election time-out; a pair of another storage ID is none [M4]. */
    List<Voter> voters(Configuration configuration, long nowNanos) {
        List<Voter> voters = new ArrayList<>();
        for (Peer peer : peers.values()) {
            Heartbeat shown = peer.shown;
            if (shown != null && nowNanos - peer.heardNanos < timeoutNanos && configuration.isVoter(peer.member)) {
                voters.add(new Voter(peer.member.node(), shown));
            }
        }
        return voters;
    }

    /** When the next peer counts as silent unless heard again; the given time if none can. */
    long nextSilence(long nowNanos, long otherwise) {
        long next = otherwise;
        for (Peer peer : peers.values()) {
            long until = peer.heardNanos + timeoutNanos;
            if (peer.shown != null && nowNanos - until < 0) {
                next = Times.earlier(next, until);
            }
        }
        return next;
    }
}
