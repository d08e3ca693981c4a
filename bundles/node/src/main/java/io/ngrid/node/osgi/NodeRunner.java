package io.ngrid.node.osgi;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.node.NGridNodes;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.transport.TransportFactory;
import io.ngrid.spi.view.NodeView;
import java.util.Hashtable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the container's node. A part that is replaced takes this component with it, and so restarts the node; the services of
 * the queues and maps stay.
 */
@Component(service = NodeRunner.class, immediate = true)
public final class NodeRunner {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);

    private final BundleContext bundle;
    private final TransportFactory transport;
    private final ElectionFactory election;
    private final ReplicationFactory replication;
    private final StorageFactory storage;
    private @Nullable Running running;

    private record Running(NGridConfig config, NGridNode node, ServiceRegistration<?> registration) {}

    /** Takes the parts that nodes are made of. */
    @Activate
    public NodeRunner(
            BundleContext bundle,
            @Reference TransportFactory transport,
            @Reference ElectionFactory election,
            @Reference ReplicationFactory replication,
            @Reference StorageFactory storage) {
        this.bundle = bundle;
        this.transport = transport;
        this.election = election;
        this.replication = replication;
        this.storage = storage;
    }

    /**
     * Starts a node with settings, in place of the running one if they differ from its own. Settings that are not allowed
     * do nothing to a running node; a node that cannot start with them starts with its former ones.
     *
     * @throws ConfigurationException if that leaves no node running
     */
    synchronized void follow(Map<String, ?> properties) {
        Running present = running;
        String source = NodeSettings.source(properties);
        if (present == null) {
            running = start(NodeSettings.parse(properties, source), source);
        } else {
            change(present, properties, source);
        }
    }

    private void change(Running present, Map<String, ?> properties, String source) {
        NGridConfig wanted;
        try {
            wanted = NodeSettings.parse(properties, source);
        } catch (ConfigurationException e) {
            LOG.error("{}; the node goes on as before", e.getMessage());
            return;
        }
        if (wanted.equals(present.config())) {
            return;
        }
        LOG.warn("{} changed: node {} restarts, because no setting can change while it runs", source, wanted.nodeId());
        stop();
        try {
            running = start(wanted, source);
        } catch (ConfigurationException e) {
            LOG.error("{}; the node starts with its former settings", e.getMessage());
            running = start(present.config(), source);
        }
    }

    private Running start(NGridConfig config, String source) {
        NGridNode node;
        try {
            node = NGridNodes.start(config, transport, election, replication, storage);
        } catch (RuntimeException e) {
            throw new ConfigurationException(source + ": " + e.getMessage(), e);
        }
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("ngrid.node", node.id().value());
        properties.put("ngrid.cluster", node.cluster());
        properties.put("ngrid.operation.timeout", config.operationTimeout().toMillis());
        String[] types = {NGridNode.class.getName(), NodeView.class.getName()};
        return new Running(config, node, bundle.registerService(types, node, properties));
    }

    @Deactivate
    synchronized void stop() {
        Running present = running;
        running = null;
        if (present != null) {
            present.registration().unregister(); // callers wait from now on
            present.node().close();
        }
    }
}
