package io.ngrid.node.loop;

import io.ngrid.node.state.GridState;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whose sessions a leader has to end: those of nodes that it has not heard for the session time-out, by its own monotonic
 * clock [S2]. A new leader makes a new one, and so counts afresh; no other node judges. Event loop only.
 */
final class SessionWatch {
    private final Member self;
    private final long timeoutNanos;
    private final long beganNanos;
    private final Map<Member, Long> heard = new HashMap<>();
    private final Set<UUID> ending = new HashSet<>();

    SessionWatch(Member self, long timeoutNanos, long nowNanos) {
        this.self = self;
        this.timeoutNanos = timeoutNanos;
        this.beganNanos = nowNanos;
    }

    void heard(Member from, long nowNanos) {
        heard.put(from, nowNanos);
    }

    /** Open sessions to be ended now; each is named once. */
    List<UUID> overdue(GridState state, long nowNanos) {
        if (nowNanos - beganNanos < timeoutNanos) {
            return List.of();
        }
        ending.removeIf(session -> state.sessionOwner(session) == null);
        List<UUID> overdue = new ArrayList<>();
        for (Map.Entry<UUID, Member> session : state.sessionOwners().entrySet()) {
            Member owner = session.getValue();
            boolean silent = nowNanos - heard.getOrDefault(owner, beganNanos) >= timeoutNanos;
            if (silent && !owner.equals(self) && ending.add(session.getKey())) {
                overdue.add(session.getKey());
            }
        }
        return overdue;
    }
}
