package io.ngrid.simulation;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.election.ElectionOptions;
import io.ngrid.spi.election.ElectionView;
import java.util.List;

/** An election core whose decisions are watched. */
final class WatchedElection implements Election {
    private final Election core;
    private final Member self;
    private final Watch watch;
    private final Trace trace;
    private Configuration configuration;

    private WatchedElection(Election core, ElectionOptions options, Watch watch, Trace trace) {
        this.core = core;
        this.self = options.self();
        this.configuration = options.configuration();
        this.watch = watch;
        this.trace = trace;
    }

    static ElectionFactory factory(ElectionFactory real, Watch watch, Trace trace) {
        return (options, random, now) -> new WatchedElection(real.create(options, random, now), options, watch, trace);
    }

    @Override
    public List<ElectionEffect> handle(ElectionEvent event, long nowNanos) {
        if (event instanceof ElectionEvent.Degraded) {
            watch.degraded(self);
        } else if (event instanceof ElectionEvent.Configured configured) {
            configuration = configured.configuration();
        }
        List<ElectionEffect> effects = core.handle(event, nowNanos);
        LogCopy copy = watch.running(self);
        for (ElectionEffect effect : effects) {
            if (effect instanceof ElectionEffect.Lead lead) {
                trace.note(self.node() + " leads epoch " + lead.epoch());
                watch.votes.elected(self, lead.epoch(), configuration);
                if (copy != null) {
                    watch.logs.leads(copy, lead.epoch());
                }
            } else if (effect instanceof ElectionEffect.Follow follow) {
                trace.note(self.node() + " follows " + follow.leader() + " in epoch " + follow.epoch());
                if (copy != null) {
                    watch.logs.follows(copy);
                }
            } else if (effect instanceof ElectionEffect.StopAdmitting stop) {
                trace.note(self.node() + " hands over to " + stop.to());
                watch.handsOver(self.node(), stop.to());
            }
        }
        return effects;
    }

    @Override
    public long nextTickNanos() {
        return core.nextTickNanos();
    }

    @Override
    public long nextRound() {
        return core.nextRound();
    }

    @Override
    public ElectionView view() {
        return core.view();
    }
}
