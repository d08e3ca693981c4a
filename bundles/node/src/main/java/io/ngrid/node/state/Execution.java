package io.ngrid.node.state;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Result.Reason;
import io.ngrid.spi.LogEntry;
import io.vavr.collection.Map;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The execution of one command: begins with a state's parts, replaces them, and collects the changes of bodies. The caller
 * makes one new state of all that, so that mark and effect are one step.
 */
final class Execution {
    /** Most elements that one poll takes, whatever it asks for. */
    static final int MAX_POLL = 10_000;

    private final long index;
    private final List<BodyChange> bodies = new ArrayList<>(2);
    private Map<String, QueueState> queues;
    private Map<String, MapState> maps;
    private Map<UUID, SessionState> sessions;
    private Map<UUID, Ended> ended;
    private boolean used;

    Execution(GridState before, LogEntry entry) {
        index = entry.index();
        queues = before.queues();
        maps = before.maps();
        sessions = before.sessions();
        ended = before.ended();
        used = before.used();
    }

    GridState stateAfter(GridState before, LogEntry entry, Outcome outcome) {
        return new GridState(
                entry.index(),
                entry.epoch(),
                entry.time(),
                before.configuration(),
                before.formation(),
                queues,
                maps,
                sessions,
                ended,
                used,
                RunningHash.after(before.hash(), entry, outcome));
    }

    List<BodyChange> bodies() {
        return bodies;
    }

    Outcome run(Command command) {
        if (command instanceof Command.Execute execute) {
            return execute(execute);
        }
        if (command instanceof Command.OpenSession open) {
            return open(open);
        }
        return close(((Command.CloseSession) command).session());
    }

    private Outcome execute(Command.Execute command) {
        SessionState session = sessions.get(command.session()).getOrNull();
        if (session == null) {
            return new Outcome.SessionUnknown(); // [S2] never executed
        }
        session = session.settle(command.floor(), command.closed(), command.readEmpty(), this::forget);
        Outcome outcome = session.judge(command.sequence());
        if (outcome == null) {
            Result result = perform(command.action());
            session = session.executed(command.sequence(), result); // [S1] [S3] stored in the step that has the effect
            outcome = new Outcome.Executed(result);
        }
        sessions = sessions.put(command.session(), session);
        return outcome;
    }

    private Outcome open(Command.OpenSession command) {
        if (sessions.containsKey(command.session())) {
            return new Outcome.Opened(command.session());
        }
        if (ended.containsKey(command.session()) || isPast(command)) {
            return new Outcome.SessionUnknown(); // [S2] its operations may have been executed, and nothing tells
        }
        ended = ended.filterValues(
                past -> !past.storage().equals(command.owner().storage()) || past.start() >= command.start());
        sessions.forEach((id, session) -> {
            if (session.owner().storage().equals(command.owner().storage()) && session.start() < command.start()) {
                end(id, session); // [S1] not remembered: its start is past
            }
        });
        sessions = sessions.put(command.session(), SessionState.open(command.owner(), command.start()));
        return new Outcome.Opened(command.session());
    }

    private boolean isPast(Command.OpenSession command) {
        return sessions.values()
                        .exists(session ->
                                session.owner().storage().equals(command.owner().storage())
                                        && session.start() > command.start())
                || ended.values()
                        .exists(past ->
                                past.storage().equals(command.owner().storage()) && past.start() > command.start());
    }

    private Outcome close(UUID id) {
        SessionState session = sessions.get(id).getOrNull();
        if (session == null) {
            return new Outcome.SessionUnknown();
        }
        end(id, session);
        ended = ended.put(id, new Ended(session.owner().storage(), session.start()));
        return new Outcome.Executed(new Result.Done());
    }

    private void end(UUID id, SessionState session) {
        session.results().values().forEach(this::forget);
        sessions = sessions.remove(id);
    }

    /** A stored result goes, and with it the bodies that it refers to [S3]. */
    private void forget(Result result) {
        if (!(result instanceof Result.Polled polled) || polled.sequences().isEmpty()) {
            return;
        }
        long first = polled.sequences().get(0);
        long last = first;
        for (long sequence : polled.sequences()) {
            if (sequence > last + 1) {
                bodies.add(new BodyChange.Release(polled.queue(), first, last));
                first = sequence;
            }
            last = sequence;
        }
        bodies.add(new BodyChange.Release(polled.queue(), first, last));
    }

    private Result perform(Action action) {
        if (action instanceof Action.Offer offer) {
            QueueState queue = queues.get(offer.queue()).getOrNull();
            return queue == null ? unknownQueue(offer.queue()) : offer(queue, offer.bodies());
        } else if (action instanceof Action.Poll poll) {
            QueueState queue = queues.get(poll.queue()).getOrNull();
            return queue == null ? unknownQueue(poll.queue()) : poll(queue, poll.max());
        } else if (action instanceof Action.Clear clear) {
            QueueState queue = queues.get(clear.queue()).getOrNull();
            return queue == null ? unknownQueue(clear.queue()) : clear(queue);
        } else if (action instanceof Action.Put put) {
            MapState map = maps.get(put.map()).getOrNull();
            return map == null ? unknownMap(put.map()) : put(map, put);
        } else if (action instanceof Action.PutAll all) {
            MapState map = maps.get(all.map()).getOrNull();
            return map == null ? unknownMap(all.map()) : putAll(map, all);
        } else if (action instanceof Action.Remove remove) {
            MapState map = maps.get(remove.map()).getOrNull();
            return map == null ? unknownMap(remove.map()) : remove(map, remove);
        } else if (action instanceof Action.ClearMap clear) {
            MapState map = maps.get(clear.map()).getOrNull();
            return map == null ? unknownMap(clear.map()) : store(map.clear());
        } else if (action instanceof Action.CreateQueue create) {
            return create(create.settings());
        }
        return create(((Action.CreateMap) action).settings());
    }

    private Result offer(QueueState queue, List<byte[]> elements) {
        int count = elements.size();
        if (count == 0) {
            return bad("an offer without elements");
        }
        QueueState after = queue;
        long excess = count - queue.room();
        if (excess > 0) {
            if (count > queue.settings().capacity() || queue.settings().fullPolicy() == FullPolicy.REJECT) {
                return new Result.Flag(false);
            }
            after = drop(queue, excess);
        }
        for (int i = 0; i < count; i++) {
            bodies.add(new BodyChange.Put(after.created(), after.tail() + i, elements.get(i)));
        }
        used = true;
        store(after.append(count));
        return new Result.Flag(true);
    }

    private Result poll(QueueState queue, int max) {
        if (max < 1) {
            return bad("a poll of " + max + " elements");
        }
        long count = Math.min(queue.size(), Math.min(max, MAX_POLL));
        if (count > 0) {
            store(queue.take(count));
        }
        return new Result.Polled(queue.created(), Run.of(queue.head(), count));
    }

    private Result clear(QueueState queue) {
        return queue.size() == 0 ? new Result.Done() : store(drop(queue, queue.size()));
    }

    /** Takes elements from the head; only the queue refers to them, so their bodies go. */
    private QueueState drop(QueueState queue, long count) {
        bodies.add(new BodyChange.Release(queue.created(), queue.head(), queue.head() + count - 1));
        return queue.drop(count);
    }

    private Result put(MapState map, Action.Put put) {
        Key key = new Key(put.key());
        Versioned before = map.entries().get(key);
        boolean holds = MapState.takes(put, before);
        if (holds) {
            used = true;
            store(map.put(key, before, new Versioned(put.value(), index)));
        }
        return previous(holds, before);
    }

    private Result putAll(MapState map, Action.PutAll all) {
        if (all.keys().size() != all.values().size()) {
            return bad(all.keys().size() + " keys with " + all.values().size() + " values");
        }
        MapState after = map;
        for (int i = 0; i < all.keys().size(); i++) {
            Key key = new Key(all.keys().get(i));
            after = after.put(
                    key, after.entries().get(key), new Versioned(all.values().get(i), index));
            used = true;
        }
        return store(after);
    }

    private Result remove(MapState map, Action.Remove remove) {
        Key key = new Key(remove.key());
        Versioned before = map.entries().get(key);
        Long version = remove.version();
        boolean holds = before != null && (version == null || before.version() == version);
        if (before != null && holds) {
            store(map.remove(key, before));
        }
        return previous(holds, before);
    }

    private Result create(QueueSettings asked) {
        QueueState there = queues.get(asked.name()).getOrNull();
        if (there == null) {
            return store(QueueState.create(index, asked));
        }
        String difference = SettingsAgreement.difference(there.settings(), asked);
        return difference != null
                ? new Result.Failed(Reason.OTHER_SETTINGS, difference)
                : store(there.with(SettingsAgreement.merge(there.settings(), asked)));
    }

    private Result create(MapSettings asked) {
        MapState there = maps.get(asked.name()).getOrNull();
        if (there == null) {
            return store(MapState.create(index, asked));
        }
        String difference = SettingsAgreement.difference(there.settings(), asked);
        return difference != null
                ? new Result.Failed(Reason.OTHER_SETTINGS, difference)
                : store(there.with(SettingsAgreement.merge(there.settings(), asked)));
    }

    private Result store(QueueState queue) {
        queues = queues.put(queue.settings().name(), queue);
        return new Result.Done();
    }

    private Result store(MapState map) {
        maps = maps.put(map.settings().name(), map);
        return new Result.Done();
    }

    private static Result previous(boolean done, @Nullable Versioned before) {
        return before == null
                ? new Result.Previous(done, null, 0)
                : new Result.Previous(done, before.value(), before.version());
    }

    private static Result unknownQueue(String name) {
        return new Result.Failed(Reason.UNKNOWN_NAME, Refusal.unknownQueue(name));
    }

    private static Result unknownMap(String name) {
        return new Result.Failed(Reason.UNKNOWN_NAME, Refusal.unknownMap(name));
    }

    private static Result bad(String what) {
        return new Result.Failed(Reason.BAD_COMMAND, what);
    }
}
