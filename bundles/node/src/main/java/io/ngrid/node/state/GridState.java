package io.ngrid.node.state;

import io.ngrid.api.MapSettings;
import io.ngrid.node.state.Result.Reason;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The state after an entry: an immutable value, so that any thread may read it and an instant costs nothing. It follows
 * from the log alone [R6], and two states of equal logs are equal. Bodies of queue elements are not in it.
 *
 * @param appliedIndex index of the entry applied last, 0 at the beginning
 * @param appliedEpoch that entry's epoch
 * @param time that entry's log time in nanoseconds
 * @param configuration the latest applied configuration, null at the beginning
 * @param formation the first one, which formed the cluster, null at the beginning
 * @param queues queues by name
 * @param maps maps by name
 * @param sessions open sessions by ID
 * @param ended sessions that must not be opened again, by ID
 * @param used whether the log has held an element, a map entry or a second member [M1]
 * @param hash the running hash over all entries applied and what they came to
 */
public record GridState(
        long appliedIndex,
        long appliedEpoch,
        long time,
        @Nullable Configuration configuration,
        @Nullable Configuration formation,
        Map<String, QueueState> queues,
        Map<String, MapState> maps,
        Map<UUID, SessionState> sessions,
        Map<UUID, Ended> ended,
        boolean used,
        long hash) {
    /** The state before the first entry. */
    public static final GridState EMPTY = new GridState(
            0, 0, 0, null, null, TreeMap.empty(), TreeMap.empty(), HashMap.empty(), HashMap.empty(), false, 0);

    /**
     * Applies the next entry. Whatever a command's bytes are, it has an outcome; it never throws for them.
     *
     * @param entry the entry that follows the one applied last
     * @return the state after it, and what it came to
     * @throws IllegalStateException if the entry is not the next one, its epoch or time falls, or it is a configuration
     *     that cannot be read: the log is broken
     */
    public Applied apply(LogEntry entry) {
        checkNext(entry);
        if (entry.kind() == EntryKind.COMMAND) {
            return applyCommand(entry);
        }
        if (entry.kind() == EntryKind.CONFIGURATION) {
            return new Applied(withConfiguration(entry), null, List.of());
        }
        return new Applied(advanced(entry, configuration, used, null), null, List.of()); // NO_OP, TICK
    }

    private void checkNext(LogEntry entry) {
        if (entry.index() != appliedIndex + 1) {
            throw new IllegalStateException("entry " + entry.index() + " to be applied after " + appliedIndex);
        }
        if (entry.epoch() < appliedEpoch) {
            throw new IllegalStateException(
                    "epoch falls from " + appliedEpoch + " to " + entry.epoch() + " at index " + entry.index());
        }
        if (entry.time() < time) {
            throw new IllegalStateException(
                    "log time falls from " + time + " to " + entry.time() + " at index " + entry.index());
        }
    }

    private Applied applyCommand(LogEntry entry) {
        Command command;
        try {
            command = CommandCodec.decode(entry.payload());
        } catch (IllegalArgumentException e) {
            Outcome refused = new Outcome.Executed(new Result.Failed(Reason.BAD_COMMAND, "not a command"));
            return new Applied(advanced(entry, configuration, used, refused), refused, List.of());
        }
        Execution execution = new Execution(this, entry);
        Outcome outcome = execution.run(command);
        return new Applied(execution.stateAfter(this, entry, outcome), outcome, execution.bodies());
    }

    private GridState withConfiguration(LogEntry entry) {
        Configuration latest;
        try {
            latest = Configuration.decode(entry.payload());
        } catch (RuntimeException e) {
            throw new IllegalStateException("the configuration at index " + entry.index() + " cannot be read", e);
        }
        boolean othersToo = latest.voters().size() > 1
                || configuration != null && !configuration.voters().equals(latest.voters());
        return advanced(entry, latest, used || othersToo, null);
    }

    private GridState advanced(
            LogEntry entry, @Nullable Configuration latest, boolean nowUsed, @Nullable Outcome outcome) {
        return new GridState(
                entry.index(),
                entry.epoch(),
                entry.time(),
                latest,
                formation == null ? latest : formation,
                queues,
                maps,
                sessions,
                ended,
                nowUsed,
                RunningHash.after(hash, entry, outcome));
    }

    /**
     * Whether a creation would change nothing. What is true here stays true in later states: a queue or map keeps its settings,
     * but for classes that are added.
     *
     * @param creation a {@link Action.CreateQueue} or {@link Action.CreateMap}
     * @param strict whether other settings of an existing one would be an error
     * @return true if there is one, and the settings asked for agree with it and add nothing; if not strict, also if they
     *     do not agree
     */
    public boolean hasCreated(Action creation, boolean strict) {
        if (creation instanceof Action.CreateQueue queue) {
            QueueState there = queues.get(queue.settings().name()).getOrNull();
            return there != null && SettingsAgreement.holds(there.settings(), queue.settings(), strict);
        }
        MapSettings asked = ((Action.CreateMap) creation).settings();
        MapState there = maps.get(asked.name()).getOrNull();
        return there != null && SettingsAgreement.holds(there.settings(), asked, strict);
    }

    /**
     * Answers a read.
     *
     * @param query what it asks
     * @return the answer; its byte arrays belong to the state
     */
    public Answer query(Query query) {
        return QueryAnswers.answer(this, query);
    }

    /**
     * Whether a sequence is settled, closed or executed.
     *
     * @param session the session
     * @param sequence the sequence
     * @return true if it is so; false for an unknown session
     */
    public boolean isSettled(UUID session, long sequence) {
        SessionState state = sessions.get(session).getOrNull();
        return state != null && state.isSettled(sequence);
    }

    /**
     * Whether the result of an executed operation is still stored [S3].
     *
     * @param session the session
     * @param sequence the sequence
     * @return true if it is
     */
    public boolean hasResult(UUID session, long sequence) {
        SessionState state = sessions.get(session).getOrNull();
        return state != null && state.results().containsKey(sequence);
    }

    /**
     * The first sequence of a session that is neither executed nor closed.
     *
     * @param session the session
     * @return the sequence, 1 for a session that is not open
     */
    public long firstUnsettled(UUID session) {
        SessionState state = sessions.get(session).getOrNull();
        return state == null ? 1 : state.next();
    }

    /**
     * The node that a session belongs to.
     *
     * @param session the session
     * @return its owner, or null if the session is not open
     */
    public @Nullable Member sessionOwner(UUID session) {
        SessionState state = sessions.get(session).getOrNull();
        return state == null ? null : state.owner();
    }

    /**
     * The open sessions.
     *
     * @return their owners by session, in the order of the sessions' IDs
     */
    public java.util.SortedMap<UUID, Member> sessionOwners() {
        java.util.SortedMap<UUID, Member> owners = new java.util.TreeMap<>();
        sessions.forEach((id, session) -> owners.put(id, session.owner()));
        return owners;
    }

    /**
     * Which bodies of a queue the state refers to: elements that wait, and those of stored results [S3].
     *
     * @param queue the queue's creation index
     * @return whether the body of a sequence is live
     */
    public LongPredicate liveBodies(long queue) {
        QueueState there = queues.values().find(q -> q.created() == queue).getOrNull();
        java.util.Set<Long> polled = new java.util.HashSet<>();
        for (SessionState session : sessions.values()) {
            for (Result result : session.results().values()) {
                if (result instanceof Result.Polled taken && taken.queue() == queue) {
                    polled.addAll(taken.sequences());
                }
            }
        }
        return sequence ->
                there != null && sequence >= there.head() && sequence < there.tail() || polled.contains(sequence);
    }

    /**
     * The earliest deadline in the state: an entry with this log time or a later one changes something [R6].
     *
     * @return the log time; {@link Long#MAX_VALUE}, because nothing in this state has a deadline yet
     */
    public long nextDeadline() {
        return Long.MAX_VALUE;
    }

    /**
     * Whether nothing would be lost with this cluster: its log has held no element, no map entry and one member [M1].
     *
     * @return true if that is so
     */
    public boolean isProvisional() {
        return !used;
    }

    /**
     * What all maps take in memory, about.
     *
     * @return the bytes
     */
    public long mapsMemory() {
        long bytes = 0;
        for (MapState map : maps.values()) {
            bytes += map.memory();
        }
        return bytes;
    }

    /**
     * What an action would add to {@link #mapsMemory}, if it was executed now.
     *
     * @param action the action
     * @return the bytes, negative if it makes a map smaller; 0 for what is no put, or would put nothing
     */
    public long growth(Action action) {
        if (action instanceof Action.Put put) {
            MapState map = maps.get(put.map()).getOrNull();
            return map == null ? 0 : map.growth(put);
        }
        long growth = 0;
        if (action instanceof Action.PutAll all) {
            MapState map = maps.get(all.map()).getOrNull();
            int count =
                    map == null ? 0 : Math.min(all.keys().size(), all.values().size());
            for (int i = 0; i < count; i++) {
                growth += map.growth(all.keys().get(i), all.values().get(i));
            }
        }
        return growth;
    }

    /**
     * Elements that a poll would find.
     *
     * @param queue name of the queue
     * @return the number; 0 if there is no such queue
     */
    public long readyCount(String queue) {
        QueueState state = queues.get(queue).getOrNull();
        return state == null ? 0 : state.size();
    }

    /**
     * Elements that an offer would find room for. A queue that drops its oldest elements has always room for its capacity.
     *
     * @param queue name of the queue
     * @return the number; 0 if there is no such queue
     */
    public long roomCount(String queue) {
        QueueState state = queues.get(queue).getOrNull();
        if (state == null) {
            return 0;
        }
        return switch (state.settings().fullPolicy()) {
            case REJECT -> state.room();
            case DROP_OLDEST -> state.settings().capacity();
        };
    }
}
