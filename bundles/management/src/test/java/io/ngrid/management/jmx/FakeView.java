package io.ngrid.management.jmx;

import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node with queues and maps in a test's memory. */
final class FakeView implements NodeView {
    /** What a call on a queue or map does. */
    @FunctionalInterface
    interface Answers {
        Object answer(String method, Object[] args) throws Throwable;
    }

    final List<NodeStatus.PeerView> peers = new ArrayList<>();
    final List<NodeStatus.QueueView> queues = new ArrayList<>();
    final List<NodeStatus.MapView> maps = new ArrayList<>();
    volatile Runnable whenAsked = () -> {};

    @Nullable
    StorageException unreadable;

    Answers answers = (method, args) -> null;

    void addPeer(String id) {
        peers.add(new NodeStatus.PeerView(new NodeId(id), "127.0.0.1:7402", true, true, 9, 1, 0, 5, 6, 1, 42));
    }

    void addQueue(String name, String codec) {
        queues.add(new NodeStatus.QueueView(name, codec, List.of(), 3, 10, FullPolicy.REJECT, 7, 4, 1));
    }

    void addMap(String name, String keyCodec, String valueCodec) {
        maps.add(new NodeStatus.MapView(name, keyCodec, List.of(), valueCodec, List.of(), 2, 20, 5, 3));
    }

    @Override
    public NodeStatus status() {
        whenAsked.run();
        NodeId id = new NodeId("node-1");
        return new NodeStatus(
                id,
                "127.0.0.1:7401",
                "ngrid",
                "c",
                "s",
                NodeState.LEADER,
                "",
                id,
                4,
                List.of(id),
                1,
                1,
                1,
                true,
                1,
                10,
                10,
                10,
                10,
                0,
                10,
                4096,
                "",
                70,
                1000,
                5,
                120,
                300,
                1,
                1,
                0,
                0,
                60_000,
                "00000000000000af",
                9,
                List.copyOf(peers),
                List.copyOf(queues),
                List.copyOf(maps));
    }

    @Override
    public StorageReport verify() {
        if (unreadable != null) {
            throw unreadable;
        }
        return new StorageReport(List.of(
                new FileCheck("group-0/vote", "epoch and vote", 2, 8192, FileCheck.Verdict.OK, ""),
                new FileCheck("group-0/log/1.log", "log", 0, 0, FileCheck.Verdict.CORRUPT, "at offset 7: bad")));
    }

    @Override
    public NGridNode node() {
        return (NGridNode) proxy(NGridNode.class, (method, args) -> switch (method) {
            case "queues" ->
                queues.stream()
                        .map(queue -> QueueSettings.of(queue.name(), queue.codec()))
                        .toList();
            case "maps" ->
                maps.stream()
                        .map(map -> MapSettings.of(map.name(), map.keyCodec(), map.valueCodec()))
                        .toList();
            case "queue" -> proxy(DistributedQueue.class, answers);
            case "map" -> proxy(DistributedMap.class, answers);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    private static Object proxy(Class<?> type, Answers answers) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> answers.answer(method.getName(), args));
    }
}
