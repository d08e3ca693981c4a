package io.ngrid.transport.wire;

import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.ElectionRequest;
import io.ngrid.spi.message.ElectionResponse;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.message.Heartbeat;
import io.ngrid.spi.message.LeadershipTransfer;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.LogFetch;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of all frames: type, class and layout. The only place that maps a type read from the network to code. */
final class Layouts {
    private static final Map<Class<?>, Entry<?>> BY_CLASS = new HashMap<>();
    private static final Map<FrameType, Entry<?>> BY_TYPE = new HashMap<>();

    static {
        add(FrameType.HANDSHAKE, Handshake.class, new HandshakeLayout());
        add(FrameType.READY, Ready.class, new ReadyLayout());
        add(FrameType.REFUSED, Refused.class, new RefusedLayout());
        add(FrameType.PEER_UPDATE, PeerUpdate.class, new PeerUpdateLayout());
        add(FrameType.HEARTBEAT, Heartbeat.class, new HeartbeatLayout());
        add(FrameType.ELECTION_REQUEST, ElectionRequest.class, new ElectionRequestLayout());
        add(FrameType.ELECTION_RESPONSE, ElectionResponse.class, new ElectionResponseLayout());
        add(FrameType.LOG_FETCH, LogFetch.class, new LogFetchLayout());
        add(FrameType.LOG_ENTRIES, LogEntries.class, new LogEntriesLayout());
        add(FrameType.LEADERSHIP_TRANSFER, LeadershipTransfer.class, new LeadershipTransferLayout());
        add(FrameType.REPLICATION_REQUEST, ReplicationRequest.class, new ReplicationRequestLayout());
        add(FrameType.REPLICATION_ACK, ReplicationAck.class, new ReplicationAckLayout());
        add(FrameType.SNAPSHOT_CHUNK, SnapshotChunk.class, new SnapshotChunkLayout());
        add(FrameType.SNAPSHOT_ACK, SnapshotAck.class, new SnapshotAckLayout());
        add(FrameType.CLIENT_REQUEST, ClientRequest.class, new ClientRequestLayout());
        add(FrameType.CLIENT_RESPONSE, ClientResponse.class, new ClientResponseLayout());
        add(FrameType.FORMATION, FormationNotice.class, new FormationLayout());
    }

    private Layouts() {}

    /**
     * A row of the table.
     *
     * @param type the frame's type
     * @param layout how its body lies
     */
    record Entry<F>(FrameType type, Layout<F> layout) {}

    private static <F> void add(FrameType type, Class<F> of, Layout<F> layout) {
        Entry<F> entry = new Entry<>(type, layout);
        BY_CLASS.put(of, entry);
        BY_TYPE.put(type, entry);
    }

    @SuppressWarnings("unchecked") // add() ties class and layout together
    static <F> Entry<F> of(F value) {
        return (Entry<F>) known(BY_CLASS.get(value.getClass()), value.getClass());
    }

    static Layout<?> of(FrameType type) {
        return known(BY_TYPE.get(type), type).layout();
    }

    private static Entry<?> known(@Nullable Entry<?> entry, Object what) {
        if (entry == null) {
            throw new IllegalStateException("no layout for " + what);
        }
        return entry;
    }
}
