package io.ngrid.simulation;

import io.ngrid.spi.Member;
import io.ngrid.spi.election.Election;
import io.ngrid.spi.election.ElectionEffect;
import io.ngrid.spi.election.ElectionEvent;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.election.ElectionView;
import java.util.List;

/** An election core whose decisions are watched. */
final class WatchedElection implements Election {
    private final Election core;
    private final Member self;
    private final Watch watch;
    private final Trace trace;

    private WatchedElection(Election core, Member self, Watch watch, Trace trace) {
        this.core = core;
        this.self = self;
        this.watch = watch;
        this.trace = trace;
    }

    static ElectionFactory factory(ElectionFactory real, Watch watch, Trace trace) {
        return (options, random, now) ->
                new WatchedElection(real.create(options, random, now), options.self(), watch, trace);
    }

    @Override
    public List<ElectionEffect> handle(ElectionEvent event, long nowNanos) {
        if (event instanceof ElectionEvent.Degraded) {
            watch.degraded(self);
        }
        List<ElectionEffect> effects = core.handle(event, nowNanos);
        LogCopy copy = watch.running(self);
        for (ElectionEffect effect : effects) {
            if (effect instanceof ElectionEffect.Lead lead) {
                trace.note(self.node() + " leads epoch " + lead.epoch());
                if (copy != null) {
                    watch.logs.leads(copy, lead.epoch());
                }
            } else if (effect instanceof ElectionEffect.Follow follow) {
                trace.note(self.node() + " follows " + follow.leader() + " in epoch " + follow.epoch());
                if (copy != null) {
                    watch.logs.follows(copy);
                }
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
