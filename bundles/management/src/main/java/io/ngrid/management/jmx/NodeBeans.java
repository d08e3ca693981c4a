package io.ngrid.management.jmx;

import io.ngrid.management.MapMXBean;
import io.ngrid.management.NodeMXBean;
import io.ngrid.management.PeerMXBean;
import io.ngrid.management.QueueMXBean;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The MXBeans of one node: those of peers, queues and maps come and go with its status, looked at each second. */
final class NodeBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeBeans.class);
    private static final long PERIOD_MILLIS = 1000;
    private static final long STOP_MILLIS = 5000;

    /** Where beans are registered. */
    @FunctionalInterface
    interface Registry {
        /**
         * Registers a bean.
         *
         * @return removes it
         */
        Runnable register(String objectName, Class<?> type, Object bean);
    }

    private final NodeView view;
    private final Registry registry;
    private final Map<String, Runnable> registered = new HashMap<>();
    private final ScheduledThreadPoolExecutor thread;
    private volatile @Nullable Thread worker;
    private boolean closed;

    NodeBeans(NodeView view, Registry registry) {
        this.view = view;
        this.registry = registry;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "ngrid-" + view.status().node() + "-management");
            made.setDaemon(true);
            worker = made;
            return made;
        });
    }

    void start() {
        thread.scheduleWithFixedDelay(this::refreshSafely, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void refreshSafely() {
        try {
            refresh();
        } catch (RuntimeException e) { // one failure must not end the schedule
            LOG.warn("the MBeans could not be brought up to date", e);
        }
    }

    synchronized void refresh() {
        if (closed) {
            return;
        }
        NodeStatus status = view.status();
        String node = "node=" + status.node();
        Set<String> present = new HashSet<>();
        keep(present, "type=Node," + node, NodeMXBean.class, () -> new NodeBean(view));
        for (NodeStatus.PeerView peer : status.peers()) {
            String name = "type=Peer," + node + ",peer=" + peer.node();
            keep(present, name, PeerMXBean.class, () -> new PeerBean(view, peer.node()));
        }
        for (NodeStatus.QueueView queue : status.queues()) {
            String name = "type=Queue," + node + ",name=" + queue.name();
            keep(present, name, QueueMXBean.class, () -> new QueueBean(view, queue.name()));
        }
        for (NodeStatus.MapView map : status.maps()) {
            String name = "type=Map," + node + ",name=" + map.name();
            keep(present, name, MapMXBean.class, () -> new MapBean(view, map.name()));
        }
        Set<String> gone = new HashSet<>(registered.keySet());
        gone.removeAll(present);
        gone.forEach(this::remove);
    }

    private void keep(Set<String> present, String name, Class<?> type, Supplier<Object> bean) {
        present.add(name);
        if (!registered.containsKey(name)) {
            registered.put(name, registry.register("io.ngrid:" + name, type, bean.get()));
        }
    }

    private void remove(String name) {
        Runnable removal = registered.remove(name);
        if (removal != null) {
            removal.run();
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        try {
            Thread running = worker;
            if (running != null) {
                running.join(STOP_MILLIS); // the executor is terminated a moment before its thread has ended
            }
        } finally { // also for one that is interrupted: nobody else would remove them
            synchronized (this) {
                closed = true;
                Set.copyOf(registered.keySet()).forEach(this::remove);
            }
        }
    }
}
