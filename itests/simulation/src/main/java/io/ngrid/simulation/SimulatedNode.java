package io.ngrid.simulation;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.election.CoreElectionFactory;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.loop.Seams;
import io.ngrid.replication.CoreReplicationFactory;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.storage.NqueueStorageFactory;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A real node, storage included, on virtual time, network and disk. */
final class SimulatedNode {
    private final VirtualTime time;
    private final VirtualNetwork network;
    private final NGridConfig config;
    private MemoryDisk disk;
    private @Nullable VirtualLanes lanes;
    private @Nullable NodeEngine engine;
    private @Nullable GridClient client;

    SimulatedNode(VirtualTime time, VirtualNetwork network, NGridConfig config) {
        this.time = time;
        this.network = network;
        this.config = config;
        this.disk = new MemoryDisk(time.random().nextLong());
    }

    NodeId id() {
        return config.nodeId();
    }

    void start() {
        VirtualLanes own = new VirtualLanes(time);
        MemoryDisk mine = disk;
        Seams seams = new Seams(
                network.factory(),
                new CoreElectionFactory(),
                new CoreReplicationFactory(),
                new SmallSegments(),
                () -> mine,
                own,
                new Random(time.random().nextLong()));
        NodeEngine started = new NodeEngine(config, seams, () -> {});
        lanes = own;
        engine = started;
        client = new LoopClient(started, own::nanoTime);
        started.start(failure -> {
            if (failure != null) {
                throw failure;
            }
        });
    }

    /** kill -9 and power cut in one: lanes stop between two turns, the disk loses what it was not forced to keep. */
    void crash() {
        crash(Loss.RANDOM);
    }

    void crash(Loss loss) {
        Objects.requireNonNull(lanes).crash();
        lanes = null;
        engine = null;
        network.crash(config.nodeId());
        disk = disk.crash(loss);
    }

    boolean isUp() {
        return engine != null;
    }

    GridClient client() {
        return Objects.requireNonNull(client);
    }

    MemoryDisk disk() {
        return disk;
    }

    @Nullable
    NodeStatus status() {
        return engine == null ? null : engine.status();
    }

    boolean leads() {
        NodeStatus status = status();
        return status != null && status.state() == NodeState.LEADER;
    }

    @Override
    public String toString() {
        return id().value();
    }

    /** The real storage with segments so small that a run rolls and compacts them often. */
    private static final class SmallSegments implements StorageFactory {
        private final StorageFactory real = new NqueueStorageFactory();

        @Override
        public Disk disk(Path directory) throws IOException {
            return real.disk(directory);
        }

        @Override
        public Storage open(Disk disk, StorageOptions options, RandomGenerator random) {
            StorageOptions small =
                    new StorageOptions(options.node(), options.durability(), 256 << 10, 64 << 10, 64 << 10);
            return real.open(disk, small, random);
        }
    }
}
