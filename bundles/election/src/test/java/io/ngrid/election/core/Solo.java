package io.ngrid.election.core;

import static io.ngrid.election.core.TestCluster.HEARTBEAT;
import static io.ngrid.election.core.TestCluster.TIMEOUT;
import static io.ngrid.election.core.TestCluster.member;

import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Node-2 of three voters, its log at 4:9, its promise (5, none); its peers are played by the test. */
final class Solo {
    static final LogPosition LOG = new LogPosition(4, 9);

    final ElectionCore core;
    long now = -5;
    private long attempts;

    Solo() {
        this(member(2), voters(1, 2, 3));
    }

    Solo(Member self, Configuration configuration) {
        core = new ElectionCore(
                new ElectionOptions(
                        self, new Vote(5, null), configuration, LOG, HEARTBEAT, TIMEOUT, TestCluster.HANDBACK),
                new Random(1),
                now);
        handle(new ElectionEvent.Connected(member(1)));
        handle(new ElectionEvent.Connected(member(3)));
    }

    static Configuration voters(int... numbers) {
        List<Member> voters = new ArrayList<>();
        for (int number : numbers) {
            voters.add(member(number));
        }
        return new Configuration(new ClusterId(new UUID(1, 1)), voters, 0);
    }

    List<ElectionEffect> handle(ElectionEvent event) {
        return core.handle(event, now);
    }

    List<ElectionEffect> receives(Message message, Member from) {
        return handle(new ElectionEvent.Received(from, message));
    }

    /** Lets an election time-out pass in silence, so that a leader counts as lost. */
    Solo forgetsItsLeader() {
        now += TIMEOUT + 1;
        handle(new ElectionEvent.Tick());
        return this;
    }

    /** Stands, at the end of its first time-out, with node-1 on its side. */
    ElectionRequest stands() {
        forgetsItsLeader();
        receives(lost(1, 5, LOG), member(1));
        now += HEARTBEAT;
        return request(handle(new ElectionEvent.Tick()), 1);
    }

    /** Stands when its turn has come, whatever its ID. */
    ElectionRequest standsAtLast() {
        for (int i = 0; i < 21; i++) {
            now += HEARTBEAT;
            List<ElectionEffect> effects = new ArrayList<>();
            for (int peer : new int[] {1, 3, 4}) {
                effects.addAll(receives(lost(peer, 5, LOG), member(peer)));
            }
            if (core.view().role() == Role.CANDIDATE) {
                return request(effects, 1);
            }
        }
        throw new AssertionError("it does not stand: " + core.view());
    }

    /** Leads epoch 6 by the vote of node-1. */
    Solo leads() {
        ElectionRequest preVote = stands();
        ElectionRequest vote = request(receives(grant(preVote), member(1)), 1);
        receives(grant(vote), member(1));
        return this;
    }

    ElectionRequest vote(long epoch, LogPosition last) {
        return new ElectionRequest(false, epoch, last, ++attempts, false);
    }

    ElectionRequest preVote(long epoch, LogPosition last) {
        return new ElectionRequest(true, epoch, last, ++attempts, false);
    }

    static ElectionResponse grant(ElectionRequest request) {
        return new ElectionResponse(
                request.preVote(),
                request.epoch(),
                request.attempt(),
                true,
                request.preVote() ? request.epoch() - 1 : request.epoch());
    }

    static ElectionResponse refuse(ElectionRequest request) {
        return new ElectionResponse(
                request.preVote(),
                request.epoch(),
                request.attempt(),
                false,
                request.preVote() ? request.epoch() - 1 : request.epoch());
    }

    /** A heartbeat of a leader. */
    static Heartbeat leading(int node, long epoch) {
        return heartbeat(epoch, member(node).node(), LOG, false, 0, 0);
    }

    /** A heartbeat of a node that has lost its leader and hears node-2. */
    static Heartbeat lost(int node, long epoch, LogPosition last) {
        return heartbeat(epoch, null, last, true, 0, 0);
    }

    /** A heartbeat of a follower of node-2. */
    static Heartbeat echo(long epoch, long echoRound, long echoEpoch) {
        return heartbeat(epoch, member(2).node(), LOG, false, echoRound, echoEpoch);
    }

    static Heartbeat heartbeat(
            long epoch, @Nullable NodeId leader, LogPosition last, boolean lost, long echoRound, long echoEpoch) {
        return new Heartbeat(
                epoch,
                leader,
                last,
                0,
                0,
                List.of(member(2).node()),
                lost,
                false,
                true,
                false,
                1,
                echoRound,
                echoEpoch,
                false,
                StateHash.NONE);
    }

    static boolean granted(List<ElectionEffect> effects) {
        return sent(effects, ElectionResponse.class).get(0).granted();
    }

    static ElectionRequest request(List<ElectionEffect> effects, int to) {
        return effects.stream()
                .filter(ElectionEffect.Send.class::isInstance)
                .map(ElectionEffect.Send.class::cast)
                .filter(send -> send.to().equals(member(to).node()) && send.message() instanceof ElectionRequest)
                .map(send -> (ElectionRequest) send.message())
                .findFirst()
                .orElseThrow();
    }

    static <M extends Message> List<M> sent(List<ElectionEffect> effects, Class<M> type) {
        return only(effects, ElectionEffect.Send.class).stream()
                .map(ElectionEffect.Send::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    static <T extends ElectionEffect> List<T> only(List<ElectionEffect> effects, Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
