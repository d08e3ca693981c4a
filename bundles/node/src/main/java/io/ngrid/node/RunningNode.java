package io.ngrid.node;

import io.ngrid.api.Codec;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridListener;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.NotExecutedException;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.client.ClusterMap;
import io.ngrid.node.client.ClusterQueue;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.GridState;
import io.ngrid.node.state.MapState;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.QueueState;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as its users hold it: getters read what the engine published last, operations go to its event loop. */
final class RunningNode implements NGridNode, NodeView {
    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    private final NGridConfig config;
    private final NodeEngine engine;
    private final LoopClient client;
    private final List<NGridListener> listeners = new CopyOnWriteArrayList<>();

    RunningNode(NGridConfig config, Function<NodeEngine.Listener, NodeEngine> engine) {
        this.config = config;
        this.engine = engine.apply(this::tellListeners);
        this.client = new LoopClient(this.engine, System::nanoTime);
        this.engine.onCallback(client::enterCallbackThread);
    }

    /** Starts the engine; returns when it is open. */
    void start() {
        CompletableFuture<@Nullable RuntimeException> opened = new CompletableFuture<>();
        engine.start(opened::complete);
        RuntimeException failure = opened.join(); // uninterruptibly: the start is bounded by its own work
        if (failure != null) {
            engine.close();
            throw failure;
        }
    }

    private void tellListeners() {
        listeners.forEach(this::tell);
    }

    private void tell(NGridListener listener) {
        try {
            listener.changed(this);
        } catch (RuntimeException e) {
            LOG.warn("a listener of node {} failed", config.nodeId(), e);
        }
    }

    @Override
    public NodeStatus status() {
        return Objects.requireNonNull(engine.status());
    }

    @Override
    public StorageReport verify() {
        try {
            return engine.verify().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the files were verified", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException told ? told : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public NGridNode node() {
        return this;
    }

    @Override
    public NodeId id() {
        return config.nodeId();
    }

    @Override
    public String cluster() {
        return config.cluster();
    }

    @Override
    public NodeState state() {
        return status().state();
    }

    @Override
    public String reason() {
        return status().reason();
    }

    @Override
    public Optional<NodeId> leader() {
        return Optional.ofNullable(status().leader());
    }

    @Override
    public long epoch() {
        return status().epoch();
    }

    @Override
    public List<NodeId> members() {
        return status().voters();
    }

    @Override
    public List<QueueSettings> queues() {
        GridState state = engine.state();
        return state == null
                ? List.of()
                : state.queues().values().map(QueueState::settings).toJavaList();
    }

    @Override
    public List<MapSettings> maps() {
        GridState state = engine.state();
        return state == null
                ? List.of()
                : state.maps().values().map(MapState::settings).toJavaList();
    }

    @Override
    public <E> DistributedQueue<E> queue(String name, Codec<E> codec) {
        return queue(QueueSettings.of(name, codec.name()), false, codec);
    }

    @Override
    public <E> DistributedQueue<E> queue(QueueSettings settings, Codec<E> codec) {
        return queue(settings, true, codec);
    }

    private <E> DistributedQueue<E> queue(QueueSettings settings, boolean strict, Codec<E> codec) {
        return new ClusterQueue<>(
                settings, strict, codec, client, config.operationTimeout().toNanos());
    }

    @Override
    public <K, V> DistributedMap<K, V> map(String name, Codec<K> keys, Codec<V> values) {
        return map(MapSettings.of(name, keys.name(), values.name()), false, keys, values);
    }

    @Override
    public <K, V> DistributedMap<K, V> map(MapSettings settings, Codec<K> keys, Codec<V> values) {
        return map(settings, true, keys, values);
    }

    private <K, V> DistributedMap<K, V> map(MapSettings settings, boolean strict, Codec<K> keys, Codec<V> values) {
        ClusterMap.Local local = key -> {
            String distrusted = engine.distrusted();
            if (!distrusted.isEmpty()) {
                throw new NotExecutedException("not executed: " + distrusted);
            }
            GridState state = engine.state();
            return state != null && state.query(new Query.Get(settings.name(), key)) instanceof Answer.Value found
                    ? found.value()
                    : null;
        };
        return new ClusterMap<>(
                settings,
                strict,
                keys,
                values,
                client,
                local,
                config.operationTimeout().toNanos());
    }

    @Override
    public void addListener(NGridListener listener) {
        listeners.add(listener);
        engine.onCallback(() -> tell(listener));
    }

    @Override
    public void removeListener(NGridListener listener) {
        listeners.remove(listener);
    }

    @Override
    public void close() {
        engine.close();
    }
}
