package io.ngrid.model;

import io.ngrid.api.NodeId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the cores of a run's nodes are told and decide, and what their storages do, into steps of the
 * specification. It sees the real things: promises when they are written, flushes when they have returned, logs as
 * restarts find them. A crash is recorded where the node starts again; until then the specification has it silent.
 */
final class Recording {
    /** The read that is followed; the specification knows one at a time. */
    private record Read(NodeId at, long epoch, long number, long round, Set<NodeId> echoed) {}

    private final Steps steps;
    private final Map<NodeId, NodeRecord> nodes = new TreeMap<>();
    private @Nullable Read read;

    Recording(Steps steps) {
        this.steps = steps;
    }

    private NodeRecord node(NodeId id) {
        return nodes.computeIfAbsent(id, created -> new NodeRecord());
    }

    // ---- starts and storage

    /** A member starts, from what it found. The first start of all is a restart from what forming left. */
    void started(Member self, Vote vote, LogReader log, long appliedIndex) {
        NodeId id = self.node();
        NodeRecord node = node(id);
        if (node.storage != null && !node.storage.equals(self.storage())) {
            steps.end(id + " has another storage");
        }
        node.storage = self.storage();
        node.restarted();
        dropReadOf(id);
        if (vote.equals(node.writing)) {
            promised(id, vote);
        }
        node.writing = null;
        LogPosition snapshot = node.installing;
        node.installing = null;
        if (snapshot != null && snapshot.index() == appliedIndex) {
            String kept = log.firstIndex() <= appliedIndex ? "kept" : "begun anew";
            steps.add("install", id, snapshot.index(), snapshot.epoch(), kept);
        }
        List<Long> found = new ArrayList<>();
        for (long index = log.firstIndex(); index <= log.last().index(); index++) {
            found.add(log.epochAt(index));
        }
        node.log.found(log.firstIndex(), found);
        node.commitIndex = appliedIndex;
        steps.add("crash", id, vote.epoch(), name(vote.votedFor()), log.firstIndex(), found, appliedIndex);
    }

    /** A snapshot is about to be put in the place of the state: whether it was, the next start tells [C1]. */
    void installing(NodeId id, long index, long epoch) {
        node(id).installing = new LogPosition(epoch, index);
    }

    void writing(NodeId id, Vote vote) {
        node(id).writing = vote;
    }

    void written(NodeId id, Vote vote) {
        NodeRecord node = node(id);
        if (!node.takes) { // else it still counts as being written
            node.writing = null;
            promised(id, vote);
        }
        node.written();
    }

    private void promised(NodeId id, Vote vote) {
        NodeRecord node = node(id);
        if (vote.equals(node.promise) || node.degraded) {
            return;
        }
        node.promise = vote;
        steps.epoch(vote.epoch());
        NodeId votedFor = vote.votedFor();
        if (votedFor == null) {
            steps.add("adopt", id, vote.epoch());
        } else if (votedFor.equals(id)) {
            steps.add("stand", id, vote.epoch());
        } else {
            steps.add("grant", id, votedFor, vote.epoch());
        }
        node.leads = 0;
        dropReadOf(id);
    }

    void flushed(NodeId id, long ticket) {
        NodeRecord node = node(id);
        if (node.log.disk.flushed(ticket) && !node.degraded) {
            steps.add("flush", id, node.log.disk.index());
        }
    }

    private static String name(@Nullable NodeId node) {
        return node == null ? "none" : node.value();
    }

    // ---- elections

    /** It leads no more, and the specification has it silent until it starts again. */
    void degraded(NodeId id) {
        NodeRecord node = node(id);
        if (node.leads > 0) {
            steps.add("down", id, node.leads);
        }
        node.leads = 0;
        dropReadOf(id);
        node.degraded = true;
    }

    void decided(NodeId id, List<ElectionEffect> effects) {
        NodeRecord node = node(id);
        int writes = 0;
        for (ElectionEffect effect : effects) {
            if (effect instanceof ElectionEffect.PersistVote) {
                writes++;
            } else if (effect instanceof ElectionEffect.TakeEntries) {
                node.takes = writes > 0;
            } else if (effect instanceof ElectionEffect.Send send && send.message() instanceof Heartbeat beat) {
                Read followed = read;
                if (followed != null
                        && followed.at.equals(send.to())
                        && beat.epoch() == followed.epoch
                        && beat.echoEpoch() == followed.epoch
                        && beat.echoRound() >= followed.round
                        && followed.echoed.add(id)) {
                    node.after(writes, () -> steps.add("echo", id));
                }
            }
        }
    }

    // ---- replication

    void decided(NodeId id, ReplicationEvent event, List<ReplicationEffect> effects) {
        NodeRecord node = node(id);
        long cutFrom = 0;
        List<Long> appended = new ArrayList<>();
        for (ReplicationEffect effect : effects) {
            if (effect instanceof ReplicationEffect.Truncate cut) {
                cutFrom = cut.fromIndex();
                node.log.cut(cut.ticket(), cut.fromIndex());
            } else if (effect instanceof ReplicationEffect.Append append) {
                List<Long> epochs =
                        append.entries().stream().map(LogEntry::epoch).toList();
                appended.addAll(epochs);
                node.log.append(append.ticket(), epochs);
            } else if (effect instanceof ReplicationEffect.Configured) {
                steps.end("the voters change");
            }
        }
        if (node.degraded) {
            return;
        }
        if (event instanceof ReplicationEvent.Lead lead) {
            node.leads = lead.epoch();
            node.noOpIndex = node.log.length();
            steps.add("lead", id, lead.epoch(), node.log.length());
        } else if (event instanceof ReplicationEvent.Follow follow) {
            follows(id, node, follow.epoch());
        } else if (event instanceof ReplicationEvent.Requested requested) {
            requested(id, node, requested.request(), cutFrom, appended, effects);
        } else if (event instanceof ReplicationEvent.CommitHeard heard && node.leads == 0) {
            heard(id, node, heard, effects);
        } else if (event instanceof ReplicationEvent.Flushed flushed) {
            node.log.told.flushed(flushed.ticket());
            if (node.leads > 0) { // its own disk counts like anybody's [R2]
                steps.add("ack", id, node.leads, node.log.told.index());
            }
        } else if (node.leads > 0 && !appended.isEmpty()) { // proposed, or a tick
            steps.add("offer", id, node.leads, appended.size());
        } else if (event instanceof ReplicationEvent.FetchAsked asked) {
            answers(id, asked.from().node(), effects);
        } else if (event instanceof ReplicationEvent.EntriesFetched fetched) {
            taken(id, node, fetched.entries().epoch(), cutFrom, appended);
        } else if (event instanceof ReplicationEvent.ReadRequested requested) {
            follow(id, node, requested);
        }
        effects.forEach(effect -> told(id, node, effect));
    }

    private void follows(NodeId id, NodeRecord node, long epoch) {
        if (node.leads == epoch) {
            steps.add("down", id, epoch);
        }
        node.leads = 0;
        dropReadOf(id);
    }

    private void answers(NodeId id, NodeId asker, List<ReplicationEffect> effects) {
        for (ReplicationEffect effect : effects) {
            if (effect instanceof ReplicationEffect.Send send
                    && send.message() instanceof LogEntries answer
                    && !answer.entries().isEmpty()) {
                LogPosition last = answer.last();
                steps.add("fetch", asker, id, answer.epoch(), last.epoch(), last.index());
            }
        }
    }

    /** Fetched entries, and the promise that was written for them; if they are refused, only that is left. */
    private void taken(NodeId id, NodeRecord node, long sender, long cutFrom, List<Long> appended) {
        Vote vote = node.takes ? node.writing : null;
        node.takes = false;
        node.writing = null;
        if (appended.isEmpty()) {
            if (vote != null) {
                promised(id, vote);
            }
            return;
        }
        if (vote != null) {
            node.promise = vote;
            steps.epoch(vote.epoch());
        }
        steps.add("use", id, sender, node.promise.epoch(), cutFrom, appended);
    }

    private void requested(
            NodeId id,
            NodeRecord node,
            ReplicationRequest request,
            long cutFrom,
            List<Long> appended,
            List<ReplicationEffect> effects) {
        boolean rejected = effects.stream()
                .anyMatch(effect -> effect instanceof ReplicationEffect.Send send
                        && send.message() instanceof ReplicationAck ack
                        && !ack.accepted());
        if (!rejected) {
            commit(node, effects);
            steps.add(
                    "replicate",
                    id,
                    request.epoch(),
                    request.previous().epoch(),
                    request.previous().index(),
                    request.entries().stream().map(LogEntry::epoch).toList(),
                    request.commitIndex(),
                    cutFrom,
                    appended,
                    node.commitIndex);
        }
    }

    /** A commit index in a heartbeat is a request without entries behind nothing. */
    private void heard(
            NodeId id, NodeRecord node, ReplicationEvent.CommitHeard heard, List<ReplicationEffect> effects) {
        if (commit(node, effects)) {
            steps.add(
                    "replicate",
                    id,
                    heard.epoch(),
                    0,
                    0,
                    List.of(),
                    heard.commitIndex(),
                    0,
                    List.of(),
                    node.commitIndex);
        }
    }

    private static boolean commit(NodeRecord node, List<ReplicationEffect> effects) {
        boolean rose = false;
        for (ReplicationEffect effect : effects) {
            if (effect instanceof ReplicationEffect.Committed committed) {
                node.commitIndex = committed.index();
                rose = true;
            }
        }
        return rose;
    }

    private void told(NodeId id, NodeRecord node, ReplicationEffect effect) {
        if (effect instanceof ReplicationEffect.Send send
                && send.message() instanceof ReplicationAck ack
                && ack.accepted()) {
            steps.add("ack", id, ack.epoch(), ack.index());
        } else if (effect instanceof ReplicationEffect.Committed committed && node.leads > 0) {
            node.commitIndex = committed.index();
            steps.add("commit", id, node.leads, committed.index());
        } else if (effect instanceof ReplicationEffect.Answerable answerable) {
            steps.add("answer", id, node.leads, answerable.index());
        } else if (effect instanceof ReplicationEffect.ReadConfirmed confirmed
                && read != null
                && read.at.equals(id)
                && read.number == confirmed.read()) {
            read = null;
            steps.add("confirm", id, confirmed.index());
        }
    }

    // ---- reads

    private void follow(NodeId id, NodeRecord node, ReplicationEvent.ReadRequested requested) {
        if (read == null && node.leads > 0 && node.commitIndex >= node.noOpIndex) {
            read = new Read(id, node.leads, requested.read(), requested.round(), new HashSet<>(Set.of(id)));
            steps.add("read", id, node.leads);
        }
    }

    private void dropReadOf(NodeId id) {
        if (read != null && read.at.equals(id)) {
            read = null;
            steps.add("drop", id);
        }
    }
}
