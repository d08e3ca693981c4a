package io.ngrid.replication.core;

import io.ngrid.api.NodeId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One node of a {@link SimCluster}: the core, a model of its log, and what the node layer does around them. */
final class SimNode {
    private static final byte[] DUE = "due".getBytes(StandardCharsets.UTF_8);

    final Member member;
    final ModelLog log;
    final List<Long> confirmed = new ArrayList<>();
    ReplicationCore core;
    boolean up = true;
    boolean leading;
    boolean degraded;
    long epoch = 1;
    long commitIndex;
    long answerableIndex;
    long configured;
    long deadline = Long.MAX_VALUE;
    private long appliedIndex;
    int fetches;
    private final SimCluster cluster;
    private final Configuration configuration;
    private long nextRead;
    private long fetchNumber;
    private long fetchEpoch;
    private long round;

    SimNode(Member member, Configuration configuration, LogEntry first, SimCluster cluster) {
        this.member = member;
        this.configuration = configuration;
        this.cluster = cluster;
        this.log = new ModelLog(List.of(first));
        this.core = newCore();
    }

    private ReplicationCore newCore() {
        ReplicationOptions options = new ReplicationOptions(
                member,
                configuration,
                List.of(),
                0,
                log.entry(log.last().index()).time(),
                log.last().index(),
                cluster.maxBatchBytes,
                cluster.maxInFlightBytes,
                4 << 20,
                64 << 20,
                SimCluster.RETRY_NANOS,
                SimCluster.RETRY_NANOS);
        return new ReplicationCore(options, log, cluster.now);
    }

    void lead(long newEpoch) {
        epoch = newEpoch;
        leading = true;
        cluster.truth.leads(this);
        handle(new ReplicationEvent.Lead(newEpoch));
    }

    void follow(long newEpoch, @Nullable NodeId leader) {
        epoch = newEpoch;
        leading = false;
        handle(new ReplicationEvent.Follow(newEpoch, leader));
    }

    /** Its disk has failed: it steps down, and no force returns any more [D1]. */
    void degrade() {
        degraded = true;
        follow(epoch, null);
    }

    void propose(String payload) {
        handle(new ReplicationEvent.Proposed(List.of(SimCluster.command(payload))));
    }

    long read() {
        long read = ++nextRead;
        cluster.truth.readRequested(this, read);
        handle(new ReplicationEvent.ReadRequested(read, round + 1));
        return read;
    }

    void heartbeat() {
        round++;
        long release = core.view().releaseIndex();
        cluster.nodes().stream()
                .filter(other -> other != this)
                .forEach(other -> cluster.post(
                        member, other.member.node(), new SimCluster.Beat(epoch, commitIndex, release, round)));
    }

    /** [E4] A node that does not lead would close the gap to a better log. */
    void fetch(SimNode better) {
        fetchEpoch = epoch;
        handle(new ReplicationEvent.FetchWanted(better.member.node(), ++fetchNumber));
    }

    /** What the election core makes sure of before entries are taken over. */
    private void fetched(LogEntries entries) {
        if (!leading
                && entries.number() == fetchNumber
                && fetchEpoch == epoch
                && !entries.entries().isEmpty()
                && entries.last().compareTo(log.last()) > 0) {
            fetchNumber++;
            long promised = entries.previous().equals(log.last()) ? epoch : epoch + 1;
            if (Math.max(promised, entries.epoch()) > epoch) {
                follow(Math.max(promised, entries.epoch()), null);
            }
            handle(new ReplicationEvent.EntriesFetched(entries));
        }
    }

    void flush(int changes) {
        if (log.stagedChanges() > 0 && !degraded) {
            long ticket = log.flush(changes);
            cluster.truth.diskChanged();
            handle(new ReplicationEvent.Flushed(ticket));
        }
    }

    void receive(Member from, Object message) {
        if (degraded) {
            return;
        }
        if (message instanceof ReplicationRequest request) {
            if (request.epoch() > epoch || request.epoch() == epoch && !leading) {
                follow(request.epoch(), from.node());
            }
            handle(new ReplicationEvent.Requested(from, request));
        } else if (message instanceof ReplicationAck ack) {
            if (ack.epoch() > epoch) {
                follow(ack.epoch(), null);
            }
            handle(new ReplicationEvent.Acked(from, ack));
        } else if (message instanceof LogFetch fetch) {
            handle(new ReplicationEvent.FetchAsked(from, fetch));
        } else if (message instanceof LogEntries entries) {
            fetched(entries);
        } else if (message instanceof SimCluster.Beat beat && beat.epoch() >= epoch) {
            if (beat.epoch() > epoch) {
                follow(beat.epoch(), from.node());
            }
            handle(new ReplicationEvent.CommitHeard(from, beat.epoch(), beat.commitIndex(), beat.releaseIndex()));
            cluster.post(member, from.node(), new SimCluster.Echo(beat.epoch(), beat.round()));
        } else if (message instanceof SimCluster.Echo echo && leading && echo.epoch() == epoch) {
            handle(new ReplicationEvent.Echoed(from, echo.round()));
        }
    }

    void crash(RandomGenerator random) {
        up = false;
        leading = false;
        log.crash(random);
        cluster.truth.diskChanged();
    }

    void restart() {
        up = true;
        commitIndex = 0;
        answerableIndex = 0;
        appliedIndex = 0;
        deadline = Long.MAX_VALUE;
        round = 0;
        core = newCore();
        handle(new ReplicationEvent.Follow(epoch, null));
    }

    List<ReplicationEffect> handle(ReplicationEvent event) {
        List<ReplicationEffect> effects = core.handle(event, cluster.now);
        effects.forEach(this::perform);
        return effects;
    }

    /** The state is a deadline: a command {@code due} sets it a second after its own time, and log time that reaches it ends it. */
    private void apply() {
        long before = deadline;
        while (appliedIndex < commitIndex) {
            LogEntry entry = log.entry(++appliedIndex);
            if (entry.time() >= deadline) {
                deadline = Long.MAX_VALUE;
            }
            if (deadline == Long.MAX_VALUE && Arrays.equals(entry.payload(), DUE)) {
                deadline = entry.time() + SimCluster.SECOND;
            }
        }
        if (deadline != before) {
            handle(new ReplicationEvent.DeadlineSet(deadline));
        }
    }

    private void perform(ReplicationEffect effect) {
        cluster.listener.accept(TraceText.of(this, effect));
        Truth truth = cluster.truth;
        if (effect instanceof ReplicationEffect.Append append) {
            log.append(append.ticket(), append.entries());
            truth.appended(this, append.entries());
        } else if (effect instanceof ReplicationEffect.Truncate truncate) {
            truth.truncated(this, truncate.fromIndex());
            log.truncate(truncate.ticket(), truncate.fromIndex());
        } else if (effect instanceof ReplicationEffect.Send send) {
            cluster.post(member, send.to(), send.message());
        } else if (effect instanceof ReplicationEffect.Committed committed) {
            truth.committed(this, committed.index());
            commitIndex = committed.index();
            apply();
        } else if (effect instanceof ReplicationEffect.Answerable answerable) {
            truth.answerable(this, answerable.index());
            answerableIndex = answerable.index();
        } else if (effect instanceof ReplicationEffect.ReadConfirmed read) {
            truth.readConfirmed(this, read.read(), read.index());
            confirmed.add(read.read());
        } else if (effect instanceof ReplicationEffect.FetchEnded ended && ended.taken()) {
            fetches++;
        } else if (effect instanceof ReplicationEffect.Releasable releasable) {
            truth.releasable(
                    this,
                    releasable.index(),
                    other -> core.view().progress().stream()
                            .anyMatch(known -> known.connected() && known.node().equals(other.member.node())));
        } else if (effect instanceof ReplicationEffect.Configured) {
            configured++;
        }
    }

    @Override
    public String toString() {
        return member.node().value();
    }
}
