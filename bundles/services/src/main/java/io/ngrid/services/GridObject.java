package io.ngrid.services;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridNode;
import java.util.Hashtable;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue or map: what the file says of it, what the cluster says, and its service. Once the cluster has shown it, it
 * stays until the bundle stops: a node that starts again does not know yet what exists.
 *
 * @param <S> type of the settings
 */
final class GridObject<S> {
    private static final Logger LOG = LoggerFactory.getLogger(GridObject.class);

    /**
     * What calls go by.
     *
     * @param settings the agreed settings
     * @param file those of the file, or null
     */
    record Agreed<S>(S settings, @Nullable S file) {}

    private final Kind<S> kind;
    private final String name;
    private @Nullable S file;
    private @Nullable String source;
    private @Nullable S cluster;
    private @Nullable Agreed<S> agreed;
    private @Nullable ConfigurationException disagreement;
    private @Nullable NGridNode proposedTo;
    private @Nullable ServiceRegistration<?> registration;
    private @Nullable Hashtable<String, Object> published;

    GridObject(Kind<S> kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    Kind<S> kind() {
        return kind;
    }

    String name() {
        return name;
    }

    synchronized boolean isDeclared() {
        return file != null;
    }

    synchronized boolean isInCluster() {
        return cluster != null;
    }

    synchronized void declare(S settings, String from) {
        if (source != null) {
            throw new ConfigurationException(from + ": name = " + name + " is not allowed: the " + kind.word() + " "
                    + name + " has a file already, " + source);
        }
        file = settings;
        source = from;
        proposedTo = null;
        agree();
    }

    synchronized void retract() {
        file = null;
        source = null;
        agree();
    }

    /** Takes the news of a node; true if they changed what calls go by. */
    synchronized boolean learn(NGridNode node) {
        for (S settings : kind.of(node)) {
            if (kind.name(settings).equals(name) && !settings.equals(cluster)) {
                Agreed<S> before = agreed;
                cluster = settings;
                agree();
                return agreed != null && !agreed.equals(before);
            }
        }
        return false;
    }

    private void agree() {
        disagreement = null;
        S told = cluster;
        S own = file;
        if (own == null || told == null) {
            S settings = told != null ? told : own;
            agreed = settings == null ? null : new Agreed<>(settings, own);
            return;
        }
        try {
            S settings = kind.agree(own, told, String.valueOf(source));
            agreed = new Agreed<>(settings, own);
            if (!own.equals(settings)) {
                LOG.warn(
                        "{} differs from what the cluster agreed on, which counts: file={} cluster={}",
                        source,
                        own,
                        told);
            }
        } catch (ConfigurationException e) {
            LOG.error(e.getMessage());
            disagreement = e;
            agreed = new Agreed<>(told, own);
        }
    }

    /**
     * What calls go by.
     *
     * @throws ConfigurationException if file and cluster cannot be reconciled, or nobody names the object any more
     */
    synchronized Agreed<S> agreed() {
        if (disagreement != null) {
            throw new ConfigurationException(String.valueOf(disagreement.getMessage()), disagreement);
        }
        if (agreed == null) {
            throw new ConfigurationException("the configuration of " + kind.word() + " " + name + " was removed");
        }
        return agreed;
    }

    /**
     * What the cluster has still to be asked for: to create what the file names, or to extend its classes. Said once for a
     * node, and again after {@link #notProposed}, or when the node has dropped a cluster that had it [M1].
     */
    synchronized @Nullable S toPropose(NGridNode node) {
        if (file == null || disagreement != null || agreed == null) {
            return null;
        }
        S settings = agreed.settings();
        if (kind.of(node).contains(settings)) { // the node's own word: it may be of another cluster than the last one
            proposedTo = null;
            return null;
        }
        if (node == proposedTo) {
            return null;
        }
        proposedTo = node;
        return settings;
    }

    /** The proposal failed, or its node is gone. */
    synchronized void notProposed() {
        proposedTo = null;
    }

    /** Registers the service, or tells its users new properties. Called by one thread. */
    void publish(BundleContext context, CurrentNode nodes) {
        Hashtable<String, Object> properties = properties(nodes.get());
        ServiceRegistration<?> present = registration;
        if (present == null) {
            registration = context.registerService(
                    new String[] {kind.service().getName()}, new ConsumerServices(this, nodes), properties);
        } else if (!properties.equals(published)) {
            present.setProperties(properties);
        }
        published = properties;
    }

    void unpublish() {
        ServiceRegistration<?> present = registration;
        registration = null;
        if (present != null) {
            present.unregister();
        }
    }

    private synchronized Hashtable<String, Object> properties(@Nullable NGridNode node) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(kind.nameProperty(), name);
        if (agreed != null) {
            properties.put("ngrid.codec", kind.codecs(agreed.settings()));
        }
        if (node != null) {
            properties.put("ngrid.node", node.id().value());
            properties.put("ngrid.cluster", node.cluster());
        } else if (published != null) { // the node is away: keep what was said of it
            for (String key : new String[] {"ngrid.node", "ngrid.cluster"}) {
                Object value = published.get(key);
                if (value != null) {
                    properties.put(key, value);
                }
            }
        }
        return properties;
    }
}
