package io.ngrid.services;

import io.ngrid.api.Codec;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridListener;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node whose queues and maps do what a test says. */
final class FakeNode implements NGridNode {
    /** What a call does. */
    @FunctionalInterface
    interface Answers {
        Object answer(String method, Object[] args) throws Throwable;
    }

    final List<QueueSettings> queues = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    private final Answers answers;

    FakeNode(Answers answers) {
        this.answers = answers;
    }

    private Object object(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            synchronized (calls) {
                calls.add(method.getName() + (args == null ? "" : "(" + args[0] + ")"));
            }
            return answers.answer(method.getName(), args);
        });
    }

    /** A target that makes its calls on whatever node it is given. */
    static Target target(Class<?> type) {
        return new Target() {
            @Override
            public Object on(NGridNode node) {
                return ((FakeNode) node).object(type);
            }

            @Override
            public String name() {
                return "orders";
            }

            @Override
            public boolean learn(NGridNode node) {
                return false;
            }
        };
    }

    @Override
    public NodeId id() {
        return new NodeId("node-1");
    }

    @Override
    public String cluster() {
        return "ngrid";
    }

    @Override
    public NodeState state() {
        return NodeState.LEADER;
    }

    @Override
    public String reason() {
        return "";
    }

    @Override
    public Optional<NodeId> leader() {
        return Optional.of(id());
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public List<NodeId> members() {
        return List.of(id());
    }

    @Override
    public List<QueueSettings> queues() {
        return queues;
    }

    @Override
    public List<MapSettings> maps() {
        return List.of();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <E> DistributedQueue<E> queue(String name, Codec<E> codec) {
        return (DistributedQueue<E>) object(DistributedQueue.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <E> DistributedQueue<E> queue(QueueSettings settings, Codec<E> codec) {
        return (DistributedQueue<E>) object(DistributedQueue.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> DistributedMap<K, V> map(String name, Codec<K> keys, Codec<V> values) {
        return (DistributedMap<K, V>) object(DistributedMap.class);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> DistributedMap<K, V> map(MapSettings settings, Codec<K> keys, Codec<V> values) {
        return (DistributedMap<K, V>) object(DistributedMap.class);
    }

    @Override
    public void addListener(NGridListener listener) {}

    @Override
    public void removeListener(NGridListener listener) {}

    @Override
    public void close() {}
}
