package io.ngrid.replication.core;

import io.ngrid.spi.replication.ReplicationEffect;

/** Commit index, which never falls, and release index. */
final class Commitment {
    private long index;
    private long release;

    Commitment(long appliedIndex) {
        index = appliedIndex;
    }

    long index() {
        return index;
    }

    long release() {
        return release;
    }

    void raise(long to, Effects out) {
        if (to > index) {
            index = to;
            out.tell(new ReplicationEffect.Committed(to));
        }
    }

    void release(long to, Effects out) {
        if (to != release) {
            release = to;
            out.tell(new ReplicationEffect.Releasable(to));
        }
    }
}
