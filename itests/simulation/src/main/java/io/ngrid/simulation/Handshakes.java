package io.ngrid.simulation;

import io.ngrid.spi.Member;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Refusal;
import org.jspecify.annotations.Nullable;

/** Who may connect, as the real transport decides it for nodes with proper configurations. */
final class Handshakes {
    private Handshakes() {}

    /** Why a node refuses another, or null if it does not. */
    static @Nullable Refusal refusal(Endpoint here, Endpoint there) {
        LocalIdentity mine = here.identity();
        LocalIdentity theirs = there.identity();
        if (mine.cluster() != null
                && theirs.cluster() != null
                && !mine.cluster().equals(theirs.cluster())) {
            return refusal(Refusal.Kind.CLUSTER_ID, there, theirs, "another cluster ID");
        }
        for (Member voter : mine.voters()) {
            if (voter.node().equals(there.node()) && !voter.storage().equals(theirs.storage())) { // [M4]
                return refusal(Refusal.Kind.UNKNOWN_STORAGE, there, theirs, "another storage ID than the voters' list");
            }
        }
        return null;
    }

    private static Refusal refusal(Refusal.Kind kind, Endpoint there, LocalIdentity theirs, String message) {
        return new Refusal(
                kind, there.node() + ":" + there.port(), there.node(), theirs.cluster(), theirs.voterIds(), message);
    }
}
