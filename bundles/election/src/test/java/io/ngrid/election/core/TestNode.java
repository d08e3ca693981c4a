package io.ngrid.election.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.ElectionView;
import io.ngrid.spi.election.Role;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of a {@link TestCluster}: carries effects out in order, and can crash between any two of them. */
final class TestNode {
    final int number;
    private final TestCluster cluster;
    Member member;
    Configuration configuration;
    Vote durable;
    LogPosition log = LogPosition.ZERO;
    boolean paused;
    /** Whether a new leader appends its no-op, and followers that hear it take its log over. */
    boolean replicates = true;

    int ticks;
    long persisted;
    int fetches;
    /** Whether the log may grow: not while the leadership is handed over. */
    boolean admits = true;

    final List<ElectionEffect> effects = new ArrayList<>();
    private @Nullable ElectionCore core;
    private final Map<Integer, Integer> connections = new HashMap<>();
    private final List<ElectionEvent> held = new ArrayList<>();

    TestNode(TestCluster cluster, int number, Member member, Configuration configuration) {
        this.cluster = cluster;
        this.number = number;
        this.member = member;
        this.configuration = configuration;
        this.durable = new Vote(1, null);
        restore(new LogPosition(1, 1)); // the formation entry
    }

    void restore(LogPosition position) {
        log = position;
        if (durable.epoch() < position.epoch()) {
            durable = new Vote(position.epoch(), null);
        }
    }

    /** A new disk. */
    void wipe(Member newMember) {
        member = newMember;
        durable = new Vote(0, null);
        log = LogPosition.ZERO;
    }

    void start(long now) {
        paused = false;
        admits = true;
        core = new ElectionCore(
                new ElectionOptions(
                        member,
                        durable,
                        configuration,
                        log,
                        TestCluster.HEARTBEAT,
                        TestCluster.TIMEOUT,
                        cluster.handbackDelay),
                cluster.random,
                now);
    }

    void stop() {
        core = null;
        paused = false;
        connections.clear();
        held.clear();
    }

    boolean isUp() {
        return core != null;
    }

    boolean isRunning() {
        return core != null && !paused;
    }

    void resume(long now) {
        paused = false;
        List<ElectionEvent> waiting = new ArrayList<>(held);
        held.clear();
        waiting.forEach(event -> handle(event, now));
    }

    ElectionView view() {
        return core.view();
    }

    ElectionCore core() {
        return core;
    }

    long nextTick() {
        return core.nextTickNanos();
    }

    void tick(long now) {
        ticks++;
        long due = core.nextTickNanos();
        handle(new ElectionEvent.Tick(), now);
        if (core != null && core.nextTickNanos() - now <= 0) {
            throw new AssertionError(this + " wants a tick at " + core.nextTickNanos() + " after the one at " + due);
        }
    }

    void connected(TestNode peer, int connection, long now) {
        if (isConnected(peer.number)) {
            disconnected(peer.number, peer.member, connection(peer.number), now);
        }
        connections.put(peer.number, connection);
        handle(new ElectionEvent.Connected(peer.member), now);
    }

    void disconnected(int from, Member peer, int connection, long now) {
        if (core != null && connection != 0 && connection == connection(from)) {
            connections.remove(from);
            handle(new ElectionEvent.Disconnected(peer), now);
        }
    }

    boolean isConnected(int peer) {
        return connections.containsKey(peer);
    }

    int connection(int peer) {
        return connections.getOrDefault(peer, 0);
    }

    /** Its storage fails. */
    void degrade() {
        handle(new ElectionEvent.Degraded(log), cluster.now());
    }

    void grow(long entries) {
        if (!admits) {
            return;
        }
        log = new LogPosition(log.epoch(), log.index() + entries);
        handle(new ElectionEvent.LogChanged(log, 0, 0), cluster.now());
    }

    void handle(ElectionEvent event, long now) {
        if (core == null) {
            return;
        }
        if (paused) {
            held.add(event);
            return;
        }
        if (event instanceof ElectionEvent.Received received && received.message() instanceof LogFetch fetch) {
            answer(received.from(), fetch);
            return;
        }
        long before = core.view().epoch();
        List<ElectionEffect> todo = core.handle(event, now);
        if (core.view().epoch() < before) {
            throw new AssertionError(this + ": the epoch went back from " + before);
        }
        long lag = 0;
        for (ElectionEffect effect : todo) {
            if (cluster.effectsToCrash > 0 && cluster.random.nextInt(cluster.effectsToCrash) == 0) {
                cluster.crash(number);
                return;
            }
            lag += carryOut(effect, lag);
        }
        if (core != null && replicates && follows(event)) {
            log = cluster.node(TestCluster.number(core.view().leader())).log;
            handle(new ElectionEvent.LogChanged(log, 0, 0), now);
        }
    }

    private boolean follows(ElectionEvent event) {
        return event instanceof ElectionEvent.Received received
                && received.message() instanceof Heartbeat
                && received.from().node().equals(core.view().leader())
                && core.view().role() == Role.FOLLOWER
                && cluster.node(TestCluster.number(received.from().node())).log.epoch()
                        == core.view().epoch()
                && !cluster.node(TestCluster.number(received.from().node())).log.equals(log);
    }

    private long carryOut(ElectionEffect effect, long lag) {
        effects.add(effect);
        cluster.watcher.accept(this, effect);
        if (effect instanceof ElectionEffect.PersistVote persist) {
            persist(persist.vote());
            return cluster.forceNanos;
        }
        if (effect instanceof ElectionEffect.Send send) {
            if (send.message() instanceof ElectionResponse answer && answer.granted() && !answer.preVote()) {
                expectDurable(answer.requestEpoch());
            }
            cluster.send(number, TestCluster.number(send.to()), send.message(), lag);
        } else if (effect instanceof ElectionEffect.Fetch fetch) {
            LogFetch message = new LogFetch(fetch.number(), 4 << 20, List.of(log));
            cluster.send(number, TestCluster.number(fetch.from()), message, lag);
        } else if (effect instanceof ElectionEffect.TakeEntries take) {
            takeOver(take.entries(), lag);
        } else if (effect instanceof ElectionEffect.StopAdmitting stop) {
            admits = false;
            whenItHasEverything(cluster.node(TestCluster.number(stop.to())), durable.epoch());
        } else if (effect instanceof ElectionEffect.ResumeAdmitting || effect instanceof ElectionEffect.Follow) {
            admits = true;
        } else if (effect instanceof ElectionEffect.Lead lead) {
            expectDurable(lead.epoch());
            cluster.leads(number, lead.epoch());
            if (replicates) {
                log = new LogPosition(lead.epoch(), log.index() + 1); // the no-op [R2]
                handle(new ElectionEvent.LogChanged(log, 0, 0), cluster.now());
            }
        }
        return 0;
    }

    private void answer(Member to, LogFetch fetch) {
        LogPosition end = fetch.ends().get(0);
        LogPosition meeting =
                end.index() < log.index() ? end : new LogPosition(1, 1); // a longer log has a tail to be cut
        boolean enough = log.index() - end.index() <= cluster.greatestFetch;
        LogEntry entry = new LogEntry(log.index(), log.epoch(), 0, EntryKind.NO_OP, new byte[0]);
        LogEntries entries =
                new LogEntries(fetch.number(), durable.epoch(), log, meeting, enough ? List.of(entry) : List.of());
        cluster.send(number, TestCluster.number(to.node()), entries, 0);
    }

    private void takeOver(LogEntries entries, long lag) {
        expectDurable(entries.epoch());
        if (entries.last().compareTo(log) <= 0) {
            throw new AssertionError(this + ": takes over " + entries.last());
        }
        log = entries.last();
        fetches++;
        handle(new ElectionEvent.LogChanged(log, 0, 0), cluster.now());
        ElectionCore taking = core;
        cluster.later(lag + cluster.forceNanos, () -> {
            if (core == taking) {
                handle(new ElectionEvent.FetchEnded(entries.number(), true), cluster.now());
            }
        });
    }

    private void whenItHasEverything(TestNode successor, long epoch) {
        cluster.later(TestCluster.MS, () -> {
            if (core == null || admits || durable.epoch() != epoch) {
                return;
            }
            if (successor.log.equals(log)) {
                handle(new ElectionEvent.HasEverything(successor.member.node()), cluster.now());
            } else {
                whenItHasEverything(successor, epoch);
            }
        });
    }

    private void persist(Vote vote) {
        boolean forward =
                vote.epoch() > durable.epoch() || vote.epoch() == durable.epoch() && durable.votedFor() == null;
        if (!forward) {
            throw new AssertionError(this + ": promise " + vote + " after " + durable);
        }
        persisted++;
        durable = vote;
    }

    private void expectDurable(long epoch) {
        if (durable.epoch() < epoch) {
            throw new AssertionError(this + ": relies on a promise of epoch " + epoch + " that is not durable");
        }
    }

    <T extends ElectionEffect> List<T> effects(Class<T> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public String toString() {
        return "node-" + number + (core == null ? " down" : paused ? " paused" : " " + core.view()) + " durable "
                + durable + " log " + log;
    }
}
