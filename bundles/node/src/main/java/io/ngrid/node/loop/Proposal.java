package io.ngrid.node.loop;

import io.ngrid.node.state.Outcome;
import io.ngrid.spi.Member;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command that this leader proposed and has not answered yet. */
final class Proposal {
    /** Who is answered, null for nobody. */
    final @Nullable Member from;

    final UUID session;
    final long sequence;
    final long wake;
    /** What it counts in the admission. */
    final long bytes;

    final byte[] payload;

    /** Index of its entry, 0 until it is in the log. */
    long index;

    /** What it came to, null until it is applied. */
    @Nullable
    Outcome outcome;

    Proposal(@Nullable Member from, UUID session, long sequence, long wake, long bytes, byte[] payload) {
        this.from = from;
        this.session = session;
        this.sequence = sequence;
        this.wake = wake;
        this.bytes = bytes;
        this.payload = payload;
    }

    /** One that the leader makes of itself. */
    static Proposal unasked(UUID session, byte[] payload) {
        return new Proposal(null, session, 0, 0, 0, payload);
    }
}
