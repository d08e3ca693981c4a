package io.ngrid.node.state;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** [S1] to [S3], queues and maps over again, in the plainest Java; outcomes as text. */
final class Model {
    final Map<String, Deque<String>> queues = new TreeMap<>();
    final Map<String, TreeMap<String, String>> maps = new TreeMap<>();
    final Map<UUID, Session> sessions = new HashMap<>();
    private final Map<UUID, Session> past = new HashMap<>();
    private final Map<String, Long> capacities = new HashMap<>();
    private final Set<String> dropping = new HashSet<>();

    static final class Session {
        Object storage = "";
        long start;
        long floor = 1;
        final Set<Long> closed = new TreeSet<>();
        final Map<Long, String> results = new TreeMap<>();

        boolean open(long sequence) {
            return sequence >= floor && !closed.contains(sequence) && !results.containsKey(sequence);
        }
    }

    void queue(String name, long capacity, boolean drops) {
        queues.put(name, new ArrayDeque<>());
        capacities.put(name, capacity);
        if (drops) {
            dropping.add(name);
        }
    }

    String apply(long index, Command command) {
        if (command instanceof Command.OpenSession open) {
            return open(open);
        }
        if (command instanceof Command.CloseSession close) {
            Session session = sessions.remove(close.session());
            if (session == null) {
                return "unknown";
            }
            past.put(close.session(), session);
            return "done";
        }
        return execute(index, (Command.Execute) command);
    }

    private String open(Command.OpenSession open) {
        if (sessions.containsKey(open.session())) {
            return "opened";
        }
        Object storage = open.owner().storage();
        List<Session> all = new ArrayList<>(sessions.values());
        all.addAll(past.values());
        if (past.containsKey(open.session())
                || all.stream().anyMatch(one -> one.storage.equals(storage) && one.start > open.start())) {
            return "unknown";
        }
        for (UUID id : List.copyOf(sessions.keySet())) {
            Session session = sessions.get(id);
            if (session.storage.equals(storage) && session.start < open.start()) {
                past.put(id, sessions.remove(id));
            }
        }
        Session session = new Session();
        session.storage = storage;
        session.start = open.start();
        sessions.put(open.session(), session);
        return "opened";
    }

    private String execute(long index, Command.Execute command) {
        Session session = sessions.get(command.session());
        if (session == null) {
            return "unknown";
        }
        session.floor = Math.max(session.floor, command.floor());
        session.closed.addAll(command.closed());
        session.closed.removeIf(sequence -> sequence < session.floor);
        session.results.keySet().removeIf(sequence -> sequence < session.floor || session.closed.contains(sequence));
        for (long sequence : command.readEmpty()) {
            if (session.open(sequence)) {
                session.results.put(sequence, "[]");
            }
        }
        long sequence = command.sequence();
        if (sequence < session.floor || session.closed.contains(sequence)) {
            return "settled";
        }
        if (session.results.containsKey(sequence)) {
            return session.results.get(sequence);
        }
        for (long lower = session.floor; lower < sequence; lower++) {
            if (session.open(lower)) {
                return "gap " + lower;
            }
        }
        String result = perform(index, command.action());
        session.results.put(sequence, result);
        return result;
    }

    private String perform(long index, Action action) {
        if (action instanceof Action.Offer offer) {
            Deque<String> queue = queues.get(offer.queue());
            return queue == null ? "failed UNKNOWN_NAME" : offer(queue, offer);
        } else if (action instanceof Action.Poll poll) {
            Deque<String> queue = queues.get(poll.queue());
            return queue == null ? "failed UNKNOWN_NAME" : poll(queue, poll.max());
        } else if (action instanceof Action.Clear clear) {
            Deque<String> queue = queues.get(clear.queue());
            if (queue == null) {
                return "failed UNKNOWN_NAME";
            }
            queue.clear();
            return "done";
        } else if (action instanceof Action.Put put) {
            TreeMap<String, String> map = maps.get(put.map());
            return map == null ? "failed UNKNOWN_NAME" : put(index, map, put);
        } else if (action instanceof Action.Remove remove) {
            TreeMap<String, String> map = maps.get(remove.map());
            if (map == null) {
                return "failed UNKNOWN_NAME";
            }
            String before = map.get(Grid.text(remove.key()));
            boolean holds = before != null && (remove.version() == null || before.endsWith("@" + remove.version()));
            if (holds) {
                map.remove(Grid.text(remove.key()));
            }
            return holds + " " + before;
        }
        throw new AssertionError("not modelled: " + action);
    }

    private String offer(Deque<String> queue, Action.Offer offer) {
        long capacity = capacities.get(offer.queue());
        int count = offer.bodies().size();
        if (count == 0) {
            return "failed BAD_COMMAND";
        }
        if (count > capacity || queue.size() + count > capacity && !dropping.contains(offer.queue())) {
            return "false";
        }
        offer.bodies().forEach(body -> queue.add(Grid.text(body)));
        while (queue.size() > capacity) {
            queue.remove();
        }
        return "true";
    }

    private static String poll(Deque<String> queue, int max) {
        if (max < 1) {
            return "failed BAD_COMMAND";
        }
        List<String> taken = new ArrayList<>();
        while (taken.size() < max && !queue.isEmpty()) {
            taken.add(queue.remove());
        }
        return taken.toString();
    }

    private static String put(long index, TreeMap<String, String> map, Action.Put put) {
        String key = Grid.text(put.key());
        String before = map.get(key);
        boolean holds = switch (put.condition()) {
            case ALWAYS -> true;
            case ABSENT -> before == null;
            case PRESENT -> before != null;
            case VERSION -> before != null && before.endsWith("@" + put.version());
        };
        if (holds) {
            map.put(key, Grid.text(put.value()) + "@" + index);
        }
        return holds + " " + before;
    }

    boolean isSettled(UUID id, long sequence) {
        Session session = sessions.get(id);
        return session != null && (sequence < session.floor || !session.open(sequence));
    }

    long firstUnsettled(UUID id) {
        Session session = sessions.get(id);
        long sequence = session == null ? 1 : session.floor;
        while (session != null && !session.open(sequence)) {
            sequence++;
        }
        return sequence;
    }

    /** What the model's queues and maps hold, as text. */
    String contents() {
        Map<String, List<String>> lists = new TreeMap<>();
        queues.forEach((name, queue) -> lists.put(name, new ArrayList<>(queue)));
        return lists + " " + Collections.unmodifiableMap(maps);
    }
}
