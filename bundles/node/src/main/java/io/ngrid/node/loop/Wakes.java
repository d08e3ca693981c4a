package io.ngrid.node.loop;

import io.ngrid.node.client.Response;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Who waits for elements or for room, and who was woken [S5]. Volatile: belongs to one leadership, and is registered anew
 * with the next. A wake is a hint to propose, never a promise.
 */
final class Wakes {
    private record Key(String queue, boolean room) {}

    /** A wake under way: until its proposal is applied, it is declined, its connection breaks, or it expires. */
    private static final class Outstanding {
        final Member member;
        final long expiresNanos;
        boolean proposed;

        Outstanding(Member member, long expiresNanos) {
            this.member = member;
            this.expiresNanos = expiresNanos;
        }
    }

    private static final class Waiting {
        final LinkedHashMap<Member, Integer> waiters = new LinkedHashMap<>();
        final Map<Long, Outstanding> outstanding = new LinkedHashMap<>();
        private final Map<Member, Integer> unproposed = new HashMap<>();

        void wake(long number, Outstanding wake) {
            outstanding.put(number, wake);
            unproposed.merge(wake.member, 1, Integer::sum);
        }

        void proposed(long number) {
            Outstanding wake = outstanding.get(number);
            if (wake != null && !wake.proposed) {
                wake.proposed = true;
                unproposed.merge(wake.member, -1, Integer::sum);
            }
        }

        void end(long number) {
            proposed(number);
            outstanding.remove(number);
        }

        boolean isEmpty() {
            return waiters.isEmpty() && outstanding.isEmpty();
        }

        int available(Member member) {
            return waiters.getOrDefault(member, 0) - unproposed.getOrDefault(member, 0);
        }
    }

    private final BiConsumer<Member, Response.Wake> out;
    private final long lifetimeNanos;
    private final Map<Key, Waiting> queues = new LinkedHashMap<>();
    private final Map<Long, Key> keys = new HashMap<>();
    private long lastNumber;

    Wakes(long lifetimeNanos, BiConsumer<Member, Response.Wake> out) {
        this.lifetimeNanos = lifetimeNanos;
        this.out = out;
    }

    void interest(Member from, String queue, boolean room, int waiters) {
        Key key = new Key(queue, room);
        Waiting waiting = queues.computeIfAbsent(key, k -> new Waiting());
        if (waiters > 0) {
            waiting.waiters.put(from, waiters);
        } else {
            waiting.waiters.remove(from);
        }
        forgetIfEmpty(key, waiting);
    }

    void proposed(long number) {
        Key key = keys.get(number);
        Waiting waiting = key == null ? null : queues.get(key);
        if (waiting != null) {
            waiting.proposed(number);
        }
    }

    /** A wake's proposal was applied or refused, or the wake was declined. */
    void ended(long number) {
        Key key = keys.remove(number);
        Waiting waiting = key == null ? null : queues.get(key);
        if (key != null && waiting != null) {
            waiting.end(number);
            forgetIfEmpty(key, waiting);
        }
    }

    void disconnected(Member member) {
        for (Map.Entry<Key, Waiting> entry : List.copyOf(queues.entrySet())) {
            Waiting waiting = entry.getValue();
            waiting.waiters.remove(member);
            endThose(waiting, wake -> wake.member.equals(member));
            forgetIfEmpty(entry.getKey(), waiting);
        }
    }

    /** Wakes as many as there are elements, or room, for. Called whenever something may have changed. */
    void check(GridState state, long nowNanos) {
        for (Map.Entry<Key, Waiting> entry : List.copyOf(queues.entrySet())) {
            Key key = entry.getKey();
            Waiting waiting = entry.getValue();
            endThose(waiting, wake -> wake.expiresNanos - nowNanos <= 0 && !wake.proposed);
            long ready = key.room() ? state.roomCount(key.queue()) : state.readyCount(key.queue());
            while (waiting.outstanding.size() < ready && wakeNext(key, waiting, nowNanos)) {
                // one more
            }
            forgetIfEmpty(key, waiting);
        }
    }

    private boolean wakeNext(Key key, Waiting waiting, long nowNanos) {
        for (Map.Entry<Member, Integer> entry : waiting.waiters.entrySet()) {
            Member member = entry.getKey();
            if (waiting.available(member) > 0) {
                long number = ++lastNumber;
                waiting.wake(number, new Outstanding(member, nowNanos + lifetimeNanos));
                keys.put(number, key);
                Integer count = entry.getValue();
                waiting.waiters.remove(member); // to the end of the line: nodes take turns
                waiting.waiters.put(member, count);
                out.accept(member, new Response.Wake(key.queue(), key.room(), number));
                return true;
            }
        }
        return false;
    }

    private void endThose(Waiting waiting, java.util.function.Predicate<Outstanding> which) {
        List<Long> gone = new ArrayList<>();
        waiting.outstanding.forEach((number, wake) -> {
            if (which.test(wake)) {
                gone.add(number);
            }
        });
        gone.forEach(number -> {
            waiting.end(number);
            keys.remove(number);
        });
    }

    private void forgetIfEmpty(Key key, Waiting waiting) {
        if (waiting.isEmpty()) {
            queues.remove(key);
        }
    }

    /** Whether somebody waits; then {@link #check} wants to be called now and then. */
    boolean isEmpty() {
        return queues.isEmpty();
    }
}
