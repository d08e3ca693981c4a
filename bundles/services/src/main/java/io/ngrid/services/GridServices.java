package io.ngrid.services;

import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridListener;
import io.ngrid.api.NGridNode;
import io.ngrid.api.QueueSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Registers a service for each queue and map, and keeps it while nodes come and go.
 *
 * <p>Services are registered by a thread of this bundle: a consumer that a registration activates may wait for the
 * cluster, which neither the node's callback thread nor its start may do.
 */
@Component(service = GridServices.class, immediate = true)
public final class GridServices {
    /** Service property of a node: its {@code operation.timeout} in milliseconds. */
    static final String OPERATION_TIMEOUT = "ngrid.operation.timeout";

    private final CurrentNode nodes = new CurrentNode();
    private final Proposals proposals = new Proposals();
    private final AtomicBoolean refreshPending = new AtomicBoolean();
    private final NGridListener listener = node -> refresh();
    private final GridObjects<QueueSettings> queues = new GridObjects<>(Kind.QUEUE, proposals, this::refresh);
    private final GridObjects<MapSettings> maps = new GridObjects<>(Kind.MAP, proposals, this::refresh);
    private final BundleContext context;
    private final ThreadPoolExecutor registrar;

    /** Starts without a node. */
    @Activate
    public GridServices(BundleContext context) {
        this.context = context;
        registrar = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "ngrid-services");
            thread.setDaemon(true);
            return thread;
        });
        registrar.setRejectedExecutionHandler((task, pool) -> {}); // stopped
    }

    GridObjects<QueueSettings> queues() {
        return queues;
    }

    GridObjects<MapSettings> maps() {
        return maps;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindNode(NGridNode node, Map<String, ?> properties) {
        nodes.bind(node, operationTimeout(properties));
        node.addListener(listener);
        refresh();
    }

    void unbindNode(NGridNode node) {
        nodes.unbind(node);
        node.removeListener(listener);
        refresh();
    }

    private static @Nullable Duration operationTimeout(Map<String, ?> properties) {
        return properties.get(OPERATION_TIMEOUT) instanceof Long millis ? Duration.ofMillis(millis) : null;
    }

    /** However many changes are told meanwhile, one refresh is waiting at most. */
    private void refresh() {
        if (refreshPending.compareAndSet(false, true)) {
            registrar.execute(() -> {
                refreshPending.set(false);
                queues.refresh(context, nodes);
                maps.refresh(context, nodes);
            });
        }
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        nodes.close(); // also frees a consumer that waits within its registration
        proposals.close();
        registrar.shutdownNow();
        try {
            registrar.awaitTermination(5, TimeUnit.SECONDS);
        } finally {
            queues.close();
            maps.close();
        }
    }
}
