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
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops the container's node. A node that cannot start fails the activation, so that {@code scr:list} shows it;
 * a factory that is replaced restarts the node, not the services of the queues and maps.
 */
@Component(
        service = {},
        immediate = true,
        name = "io.ngrid.node",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NodeKeys.class)
public final class NodeComponent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeComponent.class);

    private final TransportFactory transport;
    private final ElectionFactory election;
    private final ReplicationFactory replication;
    private final StorageFactory storage;
    private @Nullable Running running;

    private record Running(NGridConfig config, NGridNode node, ServiceRegistration<?> registration) {}

    /** Takes the parts that nodes are made of. */
    @Activate
    public NodeComponent(
            @Reference TransportFactory transport,
            @Reference ElectionFactory election,
            @Reference ReplicationFactory replication,
            @Reference StorageFactory storage) {
        this.transport = transport;
        this.election = election;
        this.replication = replication;
        this.storage = storage;
    }

    @Activate
    void activate(BundleContext bundle, Map<String, ?> properties) {
        String source = NodeSettings.source(properties);
        running = start(bundle, NodeSettings.parse(properties, source), source);
    }

    /** Every setting is part of a running node: a change restarts it, and one that is not valid changes nothing. */
    @Modified
    void modified(BundleContext bundle, Map<String, ?> properties) {
        Running present = running;
        String source = NodeSettings.source(properties);
        NGridConfig wanted;
        try {
            wanted = NodeSettings.parse(properties, source);
        } catch (ConfigurationException e) {
            LOG.error("{}; the node goes on as before", e.getMessage());
            return;
        }
        if (present != null && wanted.equals(present.config())) {
            return;
        }
        LOG.warn("{} changed: node {} restarts, because no setting can change while it runs", source, wanted.nodeId());
        deactivate();
        try {
            running = start(bundle, wanted, source);
        } catch (ConfigurationException e) {
            if (present == null) {
                throw e;
            }
            LOG.error("{}; the node starts with its former settings", e.getMessage());
            running = start(bundle, present.config(), source);
        }
    }

    @Deactivate
    void deactivate() {
        Running present = running;
        running = null;
        if (present != null) {
            present.registration().unregister(); // callers wait from now on
            present.node().close();
        }
    }

    private Running start(BundleContext bundle, NGridConfig config, String source) {
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
}
