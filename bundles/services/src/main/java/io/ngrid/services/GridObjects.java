package io.ngrid.services;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridException;
import io.ngrid.api.NGridNode;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All queues, or all maps, that a file or the cluster names.
 *
 * @param <S> type of the settings
 */
final class GridObjects<S> {
    private static final Logger LOG = LoggerFactory.getLogger(GridObjects.class);

    private final Kind<S> kind;
    private final Proposals proposals;
    private final Runnable refresh;
    private final Map<String, GridObject<S>> objects = new ConcurrentSkipListMap<>();

    /**
     * Starts without any.
     *
     * @param proposals where calls to the cluster are made
     * @param refresh has {@link #refresh} called soon, on the thread that registers services
     */
    GridObjects(Kind<S> kind, Proposals proposals, Runnable refresh) {
        this.kind = kind;
        this.proposals = proposals;
        this.refresh = refresh;
    }

    /**
     * Takes the settings of a file.
     *
     * @return takes the declaration back
     * @throws io.ngrid.api.ConfigurationException if another file names the same object
     */
    Runnable declare(S settings, String source) {
        GridObject<S> object = object(kind.name(settings));
        object.declare(settings, source);
        refresh.run();
        return () -> {
            object.retract();
            refresh.run();
        };
    }

    private GridObject<S> object(String name) {
        return objects.computeIfAbsent(name, key -> new GridObject<>(kind, key));
    }

    /** Follows files and cluster: creates, registers, unregisters. One thread. */
    void refresh(BundleContext context, CurrentNode nodes) {
        NGridNode node = nodes.get();
        if (node != null) {
            kind.of(node).forEach(settings -> object(kind.name(settings)).learn(node));
        }
        for (GridObject<S> object : objects.values()) {
            if (node == null) {
                object.notProposed();
            } else {
                propose(object, node);
            }
            if (object.isDeclared() || object.isInCluster()) {
                object.publish(context, nodes);
            } else {
                object.unpublish();
            }
        }
    }

    private void propose(GridObject<S> object, NGridNode node) {
        S settings = object.toPropose(node);
        if (settings == null) {
            return;
        }
        proposals.submit(() -> {
            try {
                kind.create(node, settings);
            } catch (ConfigurationException e) {
                LOG.debug("{} {} exists with other settings", kind.word(), object.name(), e); // refresh will say which
            } catch (NGridException e) {
                LOG.debug("{} {} is not created yet: {}", kind.word(), object.name(), e.getMessage());
                object.notProposed();
                proposals.later(refresh);
            }
        });
    }

    void close() {
        objects.values().forEach(GridObject::unpublish);
    }
}
