package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationOptions;
import io.ngrid.spi.replication.ReplicationView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated log of one node: hands each event to the role that it concerns.
 *
 * <pre>
 * follower(e)  Follow(e or higher) -> follower     Lead(higher, or e if never led) -> leader
 * leader(e)    Follow(e or higher) -> follower     Lead(higher)                    -> leader
 * </pre>
 *
 * <p>Everything else is refused by an IllegalStateException: an epoch never goes back, and is led once.
 */
public final class ReplicationCore implements Replication {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationCore.class);

    private final LocalLog local;
    private final CatchUp catchUp;
    private final Map<NodeId, Member> connected = new TreeMap<>();
    private long epoch;
    private long ledEpoch;
    private Follower follower;
    private @Nullable Leader leader;

    /**
     * Makes a core; it follows nobody until it is told.
     *
     * @param options what it starts from
     * @param log reads the log
     * @param nowNanos monotonic time
     */
    public ReplicationCore(ReplicationOptions options, LogReader log, long nowNanos) {
        local = new LocalLog(options, log, nowNanos);
        catchUp = new CatchUp(local);
        epoch = log.last().epoch();
        follower = new Follower(local, epoch, null);
    }

    @Override
    public List<ReplicationEffect> handle(ReplicationEvent event, long nowNanos) {
        Effects out = new Effects();
        local.tail.begin();
        if (event instanceof ReplicationEvent.Lead lead) {
            lead(lead.epoch(), out, nowNanos);
        } else if (event instanceof ReplicationEvent.Follow follow) {
            follow(follow.epoch(), follow.leader());
        } else if (event instanceof ReplicationEvent.Connected peer) {
            connected(peer.peer());
        } else if (event instanceof ReplicationEvent.Disconnected peer) {
            disconnected(peer.peer());
        } else if (event instanceof ReplicationEvent.Requested requested) {
            requested(requested, out, nowNanos);
        } else if (event instanceof ReplicationEvent.FetchWanted wanted) {
            catchUp.ask(wanted.from(), wanted.number(), out);
        } else if (event instanceof ReplicationEvent.FetchAsked asked) {
            catchUp.answer(asked.from(), asked.fetch(), epoch, out);
        } else if (event instanceof ReplicationEvent.EntriesFetched fetched) {
            entriesFetched(fetched.entries(), out, nowNanos);
        } else if (event instanceof ReplicationEvent.CommitHeard heard) {
            commitHeard(heard, out);
        } else if (event instanceof ReplicationEvent.Flushed flushed) {
            flushed(flushed.ticket(), out);
        } else if (event instanceof ReplicationEvent.DeadlineSet set) {
            local.deadline(set.logTime());
        } else if (event instanceof ReplicationEvent.Proposed proposed) {
            leading(proposed).proposed(proposed.proposals(), connected.values(), out, nowNanos);
        } else if (event instanceof ReplicationEvent.HandOver handOver) {
            leading(handOver).handOver(handOver.voter());
        } else if (event instanceof ReplicationEvent.ReadRequested read) {
            leading(read).readRequested(read.read(), read.round());
        } else if (leader != null) {
            leaderOnly(leader, event, out, nowNanos);
        }
        if (leader != null) {
            leader.advance(out, nowNanos);
        }
        return out.list();
    }

    /** Answers to a leader that is none any more are late, and dropped. */
    private static void leaderOnly(Leader leader, ReplicationEvent event, Effects out, long nowNanos) {
        if (event instanceof ReplicationEvent.Acked acked) {
            leader.acked(acked.from(), acked.ack(), out, nowNanos);
        } else if (event instanceof ReplicationEvent.Echoed echoed) {
            leader.echoed(echoed.from(), echoed.round());
        } else if (event instanceof ReplicationEvent.SnapshotPinned pinned) {
            leader.snapshotPinned(pinned.to(), pinned.index());
        } else if (event instanceof ReplicationEvent.SnapshotMoved moved) {
            leader.snapshotMoved(moved.to(), moved.bytes(), nowNanos);
        } else if (event instanceof ReplicationEvent.Tick) {
            leader.tick(out, nowNanos);
        } else {
            throw new IllegalStateException("event " + event + " is not handled");
        }
    }

    private void lead(long newEpoch, Effects out, long nowNanos) {
        if (newEpoch < epoch || newEpoch == ledEpoch) {
            throw new IllegalStateException(
                    "asked to lead epoch " + newEpoch + " in epoch " + epoch + ", having led epoch " + ledEpoch);
        }
        epoch = newEpoch;
        ledEpoch = newEpoch;
        follower = new Follower(local, epoch, null);
        leader = new Leader(local, epoch, connected.values(), out, nowNanos);
        LOG.debug(
                "node={} role=leader epoch={} noOp={} commitIndex={}",
                local.self,
                epoch,
                leader.noOpIndex(),
                local.commitment.index());
    }

    private void follow(long newEpoch, @Nullable NodeId newLeader) {
        if (newEpoch < epoch) {
            throw new IllegalStateException("asked to follow epoch " + newEpoch + " in epoch " + epoch);
        }
        if (leader != null || newEpoch > epoch) {
            epoch = newEpoch;
            leader = null; // and with it the reads that wait
            follower = new Follower(local, epoch, newLeader);
            LOG.debug(
                    "node={} role=follower epoch={} leader={} last={}",
                    local.self,
                    epoch,
                    newLeader,
                    local.tail.last());
        } else {
            follower.follow(newLeader);
        }
    }

    private void connected(Member peer) {
        connected.put(peer.node(), peer);
        if (leader != null) {
            leader.connected(peer);
        }
    }

    private void disconnected(Member peer) {
        connected.remove(peer.node(), peer);
        if (leader != null) {
            leader.disconnected(peer);
        }
    }

    private void requested(ReplicationEvent.Requested event, Effects out, long nowNanos) {
        long requestEpoch = event.request().epoch();
        if (requestEpoch < epoch) {
            out.send(
                    event.from(),
                    new ReplicationAck(
                            epoch,
                            local.self.storage(),
                            false,
                            local.tail.last().index() + 1,
                            event.request().previous().index()));
            return;
        }
        if (requestEpoch > epoch || requestEpoch == ledEpoch) {
            throw new IllegalStateException("request of epoch " + requestEpoch + " from " + event.from() + " in epoch "
                    + epoch + ", having led epoch " + ledEpoch);
        }
        follower.requested(event.from(), event.request(), out, nowNanos);
    }

    /** [E4] The sender's epoch is promised before its entries come into the log. */
    private void entriesFetched(LogEntries fetched, Effects out, long nowNanos) {
        if (leader != null || fetched.epoch() > epoch) {
            throw new IllegalStateException("entries fetched from a node in epoch " + fetched.epoch() + " at one that "
                    + (leader != null ? "leads" : "is in") + " epoch " + epoch);
        }
        catchUp.taken(fetched, follower.takeOver(fetched, out, nowNanos), out);
    }

    private void commitHeard(ReplicationEvent.CommitHeard heard, Effects out) {
        if (leader == null && heard.epoch() == epoch) {
            follower.commitHeard(heard.commitIndex(), heard.releaseIndex(), out);
        }
    }

    private void flushed(long ticket, Effects out) {
        local.tail.flushed(ticket);
        catchUp.flushed(ticket, out);
        if (leader == null) {
            follower.flushed(out);
        }
    }

    private Leader leading(ReplicationEvent event) {
        if (leader == null) {
            throw new IllegalStateException(
                    event.getClass().getSimpleName() + " at a node that does not lead epoch " + epoch);
        }
        return leader;
    }

    @Override
    public long nextTickNanos() {
        return leader == null ? Long.MAX_VALUE : leader.nextTickNanos();
    }

    @Override
    public long room() {
        return leader == null ? 0 : leader.room();
    }

    @Override
    public ReplicationView view() {
        return new ReplicationView(
                local.configuration(),
                local.commitment.index(),
                leader == null ? 0 : leader.answerableIndex(),
                leader == null ? 0 : leader.noOpIndex(),
                local.commitment.release(),
                leader == null ? List.of() : leader.progress());
    }
}
