package io.ngrid.simulation;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.replication.ReplicationOptions;
import io.ngrid.spi.replication.ReplicationView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A replication core whose decisions are watched. */
final class WatchedReplication implements Replication {
    private final Replication core;
    private final Member self;
    private final Watch watch;
    private final Map<Long, Long> committedBeforeRead = new HashMap<>();

    private WatchedReplication(Replication core, Member self, Watch watch) {
        this.core = core;
        this.self = self;
        this.watch = watch;
    }

    static ReplicationFactory factory(ReplicationFactory real, Watch watch) {
        return new ReplicationFactory() {
            @Override
            public Replication create(ReplicationOptions options, LogReader log, long nowNanos) {
                return new WatchedReplication(real.create(options, log, nowNanos), options.self(), watch);
            }

            @Override
            public Formation createFormation(FormationOptions options, RandomGenerator random, long nowNanos) {
                return real.createFormation(options, random, nowNanos);
            }
        };
    }

    @Override
    public List<ReplicationEffect> handle(ReplicationEvent event, long nowNanos) {
        if (event instanceof ReplicationEvent.ReadRequested read) {
            committedBeforeRead.put(read.read(), watch.logs.committedIndex());
        } else if (event instanceof ReplicationEvent.Lead) {
            committedBeforeRead.clear();
        }
        LogCopy copy = watch.running(self);
        if (copy != null) {
            copy.epoch = epoch(event, copy.epoch);
        }
        List<ReplicationEffect> effects = core.handle(event, nowNanos);
        if (copy != null) {
            effects.forEach(effect -> decided(copy, effect));
            configured(copy);
        }
        return effects;
    }

    private static long epoch(ReplicationEvent event, long otherwise) {
        if (event instanceof ReplicationEvent.Lead lead) {
            return lead.epoch();
        }
        return event instanceof ReplicationEvent.Follow follow ? follow.epoch() : otherwise;
    }

    private void decided(LogCopy copy, ReplicationEffect effect) {
        if (effect instanceof ReplicationEffect.Append append) {
            watch.logs.appended(copy, append.ticket(), append.entries());
        } else if (effect instanceof ReplicationEffect.Truncate truncate) {
            watch.logs.truncated(copy, truncate.ticket(), truncate.fromIndex());
        } else if (effect instanceof ReplicationEffect.Committed committed) {
            watch.logs.committed(copy, committed.index(), configuration());
        } else if (effect instanceof ReplicationEffect.Answerable answerable) {
            watch.logs.answerable(copy, answerable.index(), configuration());
        } else if (effect instanceof ReplicationEffect.ReadConfirmed read) {
            Long before = committedBeforeRead.remove(read.read());
            watch.require(
                    before != null && read.index() >= before,
                    "[L1]",
                    () -> self + " answers a read at index " + read.index() + ", when it came " + before
                            + " was committed");
        } else if (effect instanceof ReplicationEffect.Configured) {
            configuration();
        }
    }

    /** The last configuration in the log is in force; known is the last one that is committed [E7]. */
    private void configured(LogCopy copy) {
        if (copy.commitIndex >= copy.staged.end()) {
            Configuration inForce = core.view().configuration();
            watch.require(
                    inForce.equals(watch.states.at(copy.commitIndex).configuration()),
                    "[E7]",
                    () -> self + " acts by " + inForce + ", which is not the last one in its log");
        }
    }

    /** Election quorums meet each other and every commit quorum. */
    private Configuration configuration() {
        Configuration configuration = core.view().configuration();
        Quorums quorums = configuration.quorums();
        watch.require(
                quorums.election() + quorums.commit() > quorums.voters()
                        && 2 * quorums.election() > quorums.voters()
                        && quorums.commit() <= quorums.replication(),
                "[E7]",
                () -> "the quorums " + quorums + " do not meet");
        return configuration;
    }

    @Override
    public long nextTickNanos() {
        return core.nextTickNanos();
    }

    @Override
    public long room() {
        return core.room();
    }

    @Override
    public ReplicationView view() {
        return core.view();
    }
}
