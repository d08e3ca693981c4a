package io.ngrid.transport.wire;

import org.jspecify.annotations.Nullable;

/** What a frame carries. The code is sent; never reuse one. */
public enum FrameType {
    HANDSHAKE(1),
    READY(2),
    REFUSED(3),
    PEER_UPDATE(4),
    HEARTBEAT(16),
    ELECTION_REQUEST(17),
    ELECTION_RESPONSE(18),
    LOG_FETCH(19),
    LOG_ENTRIES(20),
    LEADERSHIP_TRANSFER(21),
    REPLICATION_REQUEST(32),
    REPLICATION_ACK(33),
    SNAPSHOT_CHUNK(34),
    SNAPSHOT_ACK(35),
    CLIENT_REQUEST(48),
    CLIENT_RESPONSE(49),
    FORMATION(64);

    private static final @Nullable FrameType[] BY_CODE = new FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether it stays between two transports, and may come before the handshake is over. */
    boolean isControl() {
        return code < HEARTBEAT.code;
    }

    static FrameType of(int code) {
        FrameType type = BY_CODE[code & 0xff];
        if (type == null) {
            throw new FrameException("no frame has type " + code);
        }
        return type;
    }
}
