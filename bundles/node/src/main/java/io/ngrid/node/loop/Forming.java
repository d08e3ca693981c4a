package io.ngrid.node.loop;

import io.ngrid.api.NGridConfig;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.replication.Formation;
import io.ngrid.spi.replication.FormationEffect;
import io.ngrid.spi.replication.FormationEvent;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.transport.Transport;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives the formation core [M1]. Event loop only. */
final class Forming {
    private static final Logger LOG = LoggerFactory.getLogger(Forming.class);
    private static final long RETRY_NANOS = 500_000_000L;

    private final NGridConfig config;
    private final Surroundings node;
    private final Consumer<LogEntry> adopt;
    private @Nullable Formation formation;
    private long nextTickNanos = Long.MAX_VALUE;

    Forming(NGridConfig config, Surroundings node, Consumer<LogEntry> adopt) {
        this.config = config;
        this.node = node;
        this.adopt = adopt;
    }

    /** Begins, again after a provisional cluster was dropped. */
    void begin(ReplicationFactory factory, @Nullable LogEntry formedBy, RandomGenerator random) {
        formation = factory.createFormation(
                new FormationOptions(node.self(), config.peers(), config.replicationQuorum(), formedBy, RETRY_NANOS),
                random,
                node.now());
        handle(new FormationEvent.Tick());
    }

    void handle(FormationEvent event) {
        if (formation != null) {
            perform(formation.handle(event, node.now()));
            nextTickNanos = formation == null ? Long.MAX_VALUE : formation.nextTickNanos();
        }
    }

    /** Returns when to be called again. */
    long tick(long now) {
        if (nextTickNanos != Long.MAX_VALUE && nextTickNanos - now <= 0) {
            handle(new FormationEvent.Tick());
        }
        return nextTickNanos;
    }

    /** Stops for good. */
    void end() {
        formation = null;
        nextTickNanos = Long.MAX_VALUE;
    }

    /** What it waits for. */
    String reason() {
        return formation == null ? "" : formation.reason();
    }

    /** Why the cluster has formed without this node, empty if it has not. */
    String excluded() {
        return formation != null && formation.isExcluded() ? formation.reason() : "";
    }

    private void perform(List<FormationEffect> effects) {
        for (FormationEffect effect : effects) {
            Transport transport = node.transport();
            if (effect instanceof FormationEffect.Send send && transport != null) {
                transport.send(send.to(), send.notice());
            } else if (effect instanceof FormationEffect.Adopt forms) {
                adopt.accept(forms.entry());
            } else if (effect instanceof FormationEffect.Excluded out) {
                LOG.warn("state=refused node={}: {}", config.nodeId(), out.reason());
            }
        }
    }
}
