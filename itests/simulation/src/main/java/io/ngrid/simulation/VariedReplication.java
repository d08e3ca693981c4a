package io.ngrid.simulation;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Quorums;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.replication.Replication;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.replication.ReplicationOptions;
import io.ngrid.spi.replication.ReplicationView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A replication core of which more is asked than nodes do so far: deadlines, configurations, small bounds. */
final class VariedReplication implements Replication {
    private static final long MILLI = 1_000_000L;
    private static final int SMALL_BATCH = 4 << 10;
    private static final int STEPS_PER_CONFIGURATION = 30;

    private final Replication core;
    private final Set<Variation> variations;
    private final SplittableRandom random;
    private final Watch watch;
    private boolean leads;
    private boolean handsOver;
    private long lastTime;
    private long lastNanos;
    private final long longestNanos;
    private long deadline = Long.MAX_VALUE;

    private VariedReplication(
            Replication core,
            ReplicationOptions options,
            Set<Variation> variations,
            SplittableRandom random,
            Watch watch,
            long nowNanos) {
        this.core = core;
        this.variations = variations;
        this.random = random;
        this.watch = watch;
        this.lastTime = options.lastTime();
        this.lastNanos = nowNanos;
        this.longestNanos =
                random.nextBoolean() ? 3_000 * MILLI : 20 * MILLI; // or a leader that is cut off has a long tail
    }

    static ReplicationFactory factory(
            ReplicationFactory real, Set<Variation> variations, SplittableRandom random, Watch watch) {
        return new ReplicationFactory() {
            @Override
            public Replication create(ReplicationOptions options, LogReader log, long nowNanos) {
                ReplicationOptions varied = variations.contains(Variation.SMALL_BOUNDS) ? small(options) : options;
                return new VariedReplication(
                        real.create(varied, log, nowNanos), options, variations, random.split(), watch, nowNanos);
            }

            @Override
            public Formation createFormation(FormationOptions options, RandomGenerator ids, long nowNanos) {
                return real.createFormation(options, ids, nowNanos);
            }
        };
    }

    static boolean isConcerned(Set<Variation> variations) {
        return variations.contains(Variation.SMALL_BOUNDS)
                || variations.contains(Variation.DEADLINES)
                || variations.contains(Variation.CONFIGURATIONS);
    }

    private static ReplicationOptions small(ReplicationOptions options) {
        return new ReplicationOptions(
                options.self(),
                options.configuration(),
                options.configurations(),
                options.appliedIndex(),
                options.lastTime(),
                options.flushedIndex(),
                SMALL_BATCH,
                2 * SMALL_BATCH,
                2 * SMALL_BATCH,
                options.maxLagBytes(),
                options.patienceNanos(),
                options.retryNanos());
    }

    @Override
    public List<ReplicationEffect> handle(ReplicationEvent event, long nowNanos) {
        List<ReplicationEffect> effects = new ArrayList<>();
        step(event, effects, nowNanos);
        if (event instanceof ReplicationEvent.Lead || event instanceof ReplicationEvent.Follow) {
            leads = event instanceof ReplicationEvent.Lead;
            handsOver = false;
        } else if (event instanceof ReplicationEvent.HandOver handOver) {
            handsOver = handOver.voter() != null; // until then nothing is appended [E6]
        }
        ReplicationEvent more = changesLog(effects) ? null : more(event);
        if (more != null) {
            step(more, effects, nowNanos);
        }
        if (leads && !handsOver && lastTime < deadline && deadline < Long.MAX_VALUE) {
            long due = lastNanos + deadline - lastTime;
            long next = core.nextTickNanos();
            watch.require(next <= due, "[R6]", () -> "a tick is due at " + due + ", the next step is at " + next);
        }
        return effects;
    }

    /** The core has to find the log as it left it: no more is asked until a change is carried out. */
    private static boolean changesLog(List<ReplicationEffect> effects) {
        return effects.stream()
                .anyMatch(effect ->
                        effect instanceof ReplicationEffect.Append || effect instanceof ReplicationEffect.Truncate);
    }

    private @Nullable ReplicationEvent more(ReplicationEvent event) {
        if (leads
                && !handsOver
                && event instanceof ReplicationEvent.Flushed
                && variations.contains(Variation.CONFIGURATIONS)
                && random.nextInt(STEPS_PER_CONFIGURATION) == 0) {
            return configuration();
        }
        if (variations.contains(Variation.DEADLINES) && (deadline == Long.MAX_VALUE || lastTime >= deadline)) {
            deadline = lastTime + random.nextLong(MILLI, longestNanos);
            return new ReplicationEvent.DeadlineSet(deadline);
        }
        return null;
    }

    private void step(ReplicationEvent event, List<ReplicationEffect> effects, long nowNanos) {
        for (ReplicationEffect effect : core.handle(event, nowNanos)) {
            effects.add(effect);
            if (effect instanceof ReplicationEffect.Append append) {
                append.entries().forEach(entry -> appended(entry, event instanceof ReplicationEvent.Requested));
                lastNanos = nowNanos;
            }
        }
    }

    /** A tick is appended only for a deadline that nothing before it reaches, and reaches it. */
    private void appended(LogEntry entry, boolean received) {
        long before = lastTime;
        lastTime = entry.time();
        if (entry.kind() == EntryKind.TICK && !received && leads) {
            watch.require(
                    before < deadline && entry.time() >= deadline,
                    "[R6]",
                    () -> "a tick of " + entry.time() + " behind " + before + " for the deadline " + deadline);
        }
    }

    /** The present configuration: a majority as such, or as a number of the same quorums. */
    private ReplicationEvent configuration() {
        Configuration present = core.view().configuration();
        Quorums quorums = present.quorums();
        int[] same = IntStream.rangeClosed(0, quorums.voters())
                .filter(w -> Quorums.of(quorums.voters(), w).equals(quorums))
                .toArray();
        Configuration next = new Configuration(present.cluster(), present.voters(), same[random.nextInt(same.length)]);
        return new ReplicationEvent.Proposed(
                List.of(new ReplicationEvent.Proposal(EntryKind.CONFIGURATION, next.encode())));
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
