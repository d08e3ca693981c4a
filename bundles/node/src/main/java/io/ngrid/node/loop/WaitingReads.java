package io.ngrid.node.loop;

import io.ngrid.node.client.Request;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A leader's reads that wait for their confirmation, or for the state to be applied far enough [L1]. Event loop only. */
final class WaitingReads {
    private record Asked(Member from, UUID session, long read) {}

    private final Map<Long, PendingRead> unconfirmed = new LinkedHashMap<>();
    private final Map<Long, PendingRead> confirmed = new LinkedHashMap<>();
    private final Map<Asked, Long> numbers = new HashMap<>();
    private long last;

    /** The number of the read that came last. */
    long last() {
        return last;
    }

    /**
     * Takes a read on.
     *
     * @return the same one as its proxy asked for it before, which waits no more; or null
     */
    @Nullable
    PendingRead add(PendingRead pending) {
        pending.number = ++last;
        unconfirmed.put(pending.number, pending);
        Request.Read read = pending.read;
        Long before = read == null ? null : numbers.put(asked(pending, read), pending.number);
        if (before == null) {
            return null;
        }
        PendingRead replaced = unconfirmed.remove(before);
        return replaced != null ? replaced : confirmed.remove(before);
    }

    /** C voters have confirmed that this node still led when a read came. Null if it waits no more. */
    @Nullable
    PendingRead confirm(long number, long index) {
        PendingRead pending = unconfirmed.remove(number);
        if (pending != null) {
            pending.index = index;
            confirmed.put(number, pending);
        }
        return pending;
    }

    /** Those that are confirmed and still wait, in the order of their confirmation. */
    List<PendingRead> confirmed() {
        return List.copyOf(confirmed.values());
    }

    /** A read waits no more. */
    void remove(PendingRead pending) {
        unconfirmed.remove(pending.number);
        confirmed.remove(pending.number);
        if (pending.read != null) {
            numbers.remove(asked(pending, pending.read), pending.number);
        }
    }

    /** Removes some, and returns them. */
    List<PendingRead> removeIf(Predicate<PendingRead> condition) {
        List<PendingRead> removed = all().stream().filter(condition).toList();
        removed.forEach(this::remove);
        return removed;
    }

    /** All of them. */
    List<PendingRead> all() {
        List<PendingRead> all = new ArrayList<>(unconfirmed.values());
        all.addAll(confirmed.values());
        return all;
    }

    private static Asked asked(PendingRead pending, Request.Read read) {
        return new Asked(pending.from, read.session(), read.read());
    }
}
