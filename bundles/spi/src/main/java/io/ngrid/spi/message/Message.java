package io.ngrid.spi.message;

/**
 * A message between two nodes of one cluster; one record a frame type. HANDSHAKE and PEER_UPDATE never leave the
 * transport and are not among them.
 */
public sealed interface Message
        permits Heartbeat,
                ElectionRequest,
                ElectionResponse,
                LeadershipTransfer,
                LogFetch,
                LogEntries,
                ReplicationRequest,
                ReplicationAck,
                SnapshotChunk,
                SnapshotAck,
                ClientRequest,
                ClientResponse,
                FormationNotice {}
