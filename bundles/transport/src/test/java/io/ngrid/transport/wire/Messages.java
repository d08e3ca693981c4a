package io.ngrid.transport.wire;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StateHash;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LeadershipTransfer;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** Frames of every kind, from a seed. */
final class Messages {
    private final SplittableRandom random;

    Messages(long seed) {
        random = new SplittableRandom(seed);
    }

    List<Message> oneOfEach() {
        return List.of(
                new Heartbeat(
                        number(),
                        nodeOrNull(),
                        position(),
                        number(),
                        number(),
                        list(this::node),
                        flag(),
                        flag(),
                        flag(),
                        flag(),
                        number(),
                        number(),
                        number(),
                        flag(),
                        new StateHash(number(), random.nextLong())),
                new ElectionRequest(flag(), number(), position(), number(), flag()),
                new ElectionResponse(flag(), number(), number(), flag(), number()),
                new LeadershipTransfer(number(), number(), flag()),
                new LogFetch(number(), number(), ends()),
                new LogEntries(number(), number(), position(), position(), list(this::entry)),
                new ReplicationRequest(number(), position(), number(), list(this::entry)),
                new ReplicationAck(number(), new StorageId(uuid()), flag(), number(), number()),
                new SnapshotChunk(number(), position(), number(), number(), bytes()),
                new SnapshotAck(number(), position(), number(), SnapshotAck.Outcome.values()[random.nextInt(3)]),
                new ClientRequest(bytes()),
                new ClientResponse(bytes()),
                new FormationNotice(
                        new StorageId(uuid()), list(this::node), random.nextInt(8), flag() ? entry() : null));
    }

    List<Frame> oneOfEachControl() {
        return List.of(
                new Handshake(
                        1 + random.nextInt(9),
                        1 + random.nextInt(9),
                        "cluster-" + random.nextInt(100),
                        info(),
                        uuid(),
                        new LocalIdentity(new StorageId(uuid()), clusterOrNull(), List.of(), flag()),
                        list(this::node),
                        list(this::info),
                        flag()),
                new Ready(number()),
                new Refused(Refusal.Kind.of(1 + random.nextInt(7)), node(), clusterOrNull(), list(this::node), "why é"),
                new PeerUpdate(list(this::info)));
    }

    private long number() {
        return random.nextLong() >>> random.nextInt(64);
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private NodeId node() {
        return new NodeId("n".repeat(1 + random.nextInt(60)) + random.nextInt(100));
    }

    private NodeId nodeOrNull() {
        return flag() ? node() : null;
    }

    private ClusterId clusterOrNull() {
        return flag() ? new ClusterId(uuid()) : null;
    }

    private NodeInfo info() {
        return new NodeInfo(node(), flag() ? "::1" : "host-" + random.nextInt(100), 1 + random.nextInt(65_535));
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private LogPosition position() {
        return new LogPosition(number(), number());
    }

    /** Positions that fall. */
    private List<LogPosition> ends() {
        List<LogPosition> ends = new ArrayList<>();
        ends.add(new LogPosition(number() >>> 1, number() >>> 1));
        for (LogPosition last = ends.get(0); last.index() > 0 && ends.size() < 5; last = ends.get(ends.size() - 1)) {
            ends.add(new LogPosition(
                    last.epoch() - random.nextLong(last.epoch() / 2 + 1), random.nextLong(last.index())));
        }
        return ends;
    }

    private LogEntry entry() {
        return new LogEntry(number(), number(), number(), EntryKind.of(1 + random.nextInt(4)), bytes());
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }
}
