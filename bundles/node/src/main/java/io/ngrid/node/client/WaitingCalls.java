package io.ngrid.node.client;

import io.ngrid.node.state.Action;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls that wait for an element or for room, in order, and what the leader was told of them [S5]. */
final class WaitingCalls {
    private record Key(String queue, boolean room) {}

    private final Map<Key, TreeMap<Long, PendingWrite>> lists = new LinkedHashMap<>();
    private final Map<Key, Integer> told = new LinkedHashMap<>();
    private final Set<Key> changed = new LinkedHashSet<>();
    private long first;
    private long last;

    /** Joins at the end; in front if the call has waited before, so that a vain proposal costs it no turn. */
    void join(PendingWrite call) {
        Key key = key(call);
        call.position = call.waitedBefore ? --first : ++last;
        call.waitedBefore = true;
        lists.computeIfAbsent(key, k -> new TreeMap<>()).put(call.position, call);
        changed.add(key);
    }

    void leave(PendingWrite call) {
        Key key = key(call);
        TreeMap<Long, PendingWrite> list = lists.get(key);
        if (list == null || list.remove(call.position) != call) {
            throw new IllegalStateException("call " + call.id + " does not wait for " + key);
        }
        if (list.isEmpty()) {
            lists.remove(key);
        }
        changed.add(key);
    }

    @Nullable
    PendingWrite first(String queue, boolean room) {
        TreeMap<Long, PendingWrite> list = lists.get(new Key(queue, room));
        return list == null ? null : list.firstEntry().getValue();
    }

    /** A new connection: nobody there knows of any waiting call. */
    void forgetTold() {
        told.clear();
        changed.clear();
        changed.addAll(lists.keySet());
    }

    /** Says what has changed since it was last said. */
    void tell(Consumer<Request> leader) {
        for (Key key : changed) {
            TreeMap<Long, PendingWrite> list = lists.get(key);
            int waiters = list == null ? 0 : list.size();
            Integer before = waiters == 0 ? told.remove(key) : told.put(key, waiters);
            if ((before == null ? 0 : before) != waiters) {
                leader.accept(new Request.Interest(key.queue(), key.room(), waiters));
            }
        }
        changed.clear();
    }

    /** How many calls wait, by queue. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        lists.forEach((key, list) -> counts.merge(key.queue(), list.size(), Integer::sum));
        return counts;
    }

    static boolean waitsForRoom(PendingWrite call) {
        return call.action instanceof Action.Offer;
    }

    static String queue(PendingWrite call) {
        if (call.action instanceof Action.Offer offer) {
            return offer.queue();
        }
        if (call.action instanceof Action.Poll poll) {
            return poll.queue();
        }
        throw new IllegalStateException("only polls and offers wait, not " + call.action);
    }

    private static Key key(PendingWrite call) {
        return new Key(queue(call), waitsForRoom(call));
    }
}
