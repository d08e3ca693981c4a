package io.ngrid.node.state;

import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Commands of four sessions of two nodes from a seed: issued in order, lost, resent with an old or a new floor, late, out of
 * order, and now and then senseless.
 */
final class RandomCommands {
    static final List<UUID> SESSIONS = List.of(new UUID(1, 1), new UUID(1, 2), new UUID(1, 3), new UUID(1, 4));
    private static final List<Member> OWNERS = List.of(Grid.NODE_1, Grid.NODE_1, Grid.NODE_1, Grid.NODE_2);
    private static final List<Long> STARTS = List.of(1L, 1L, 2L, 1L);

    private final Random random;
    private final Map<UUID, List<Command.Execute>> issued = new HashMap<>();
    private final Map<UUID, Long> gaps = new HashMap<>();
    private final Map<UUID, Long> floors = new HashMap<>();
    private int elements;
    private boolean first = true;

    RandomCommands(long seed) {
        random = new Random(seed);
    }

    Command next(long index) {
        int choice = random.nextInt(100);
        int at = random.nextInt(4) == 0 ? random.nextInt(SESSIONS.size()) : 3; // mostly one session
        UUID session = SESSIONS.get(at);
        if (choice < 8 || first) {
            int opened = first ? 3 : at;
            first = false;
            return new Command.OpenSession(SESSIONS.get(opened), OWNERS.get(opened), STARTS.get(opened));
        }
        if (choice < 9 && random.nextInt(3) == 0) {
            return new Command.CloseSession(session);
        }
        List<Command.Execute> all = issued.computeIfAbsent(session, key -> new ArrayList<>());
        Long missing = gaps.get(session);
        if (missing != null && missing <= all.size() && choice < 60) { // resent from the gap on
            gaps.put(session, missing + 1);
            return all.get((int) (missing - 1));
        }
        if (choice < 30 && !all.isEmpty()) { // resent as it was
            return all.get(random.nextInt(all.size()));
        }
        if (choice < 40 && !all.isEmpty()) { // resent with what is settled now
            Command.Execute old = all.get(all.size() - 1 - random.nextInt(Math.min(6, all.size())));
            return execute(session, old.sequence(), all.size(), old.action());
        }
        if (choice < 44) { // senseless
            long sequence = 1 + random.nextInt(all.size() + 4);
            return new Command.Execute(
                    session, sequence, 1 + random.nextInt(all.size() + 1), some(1, 8), some(1, 8), action(index));
        }
        int lost = random.nextInt(12) == 0 ? 1 : 0;
        Command.Execute command = null;
        for (int i = 0; i <= lost; i++) {
            command = execute(session, all.size() + 1L, all.size(), action(index));
            all.add(command);
        }
        return command == null ? new Command.CloseSession(session) : command;
    }

    /** Told of a gap, a session resends from there, mostly. */
    void answered(Command command, Outcome outcome) {
        if (command instanceof Command.Execute execute && outcome instanceof Outcome.Gap gap) {
            gaps.put(execute.session(), gap.from());
        }
    }

    private Command.Execute execute(UUID session, long sequence, long last, Action action) {
        long floor = floors.getOrDefault(session, 1L);
        if (random.nextInt(3) == 0) {
            floor = Math.max(floor, Math.min(last + 1, floor + random.nextInt(5)));
            floors.put(session, floor);
        }
        List<Long> closed = random.nextInt(4) == 0 ? some(floor, last) : List.of();
        List<Long> readEmpty = random.nextInt(6) == 0 ? some(floor, last) : List.of();
        return new Command.Execute(session, sequence, floor, closed, readEmpty, action);
    }

    private List<Long> some(long from, long to) {
        List<Long> some = new ArrayList<>();
        for (long sequence = from; sequence <= to; sequence++) {
            if (random.nextInt(4) == 0) {
                some.add(sequence);
            }
        }
        return some;
    }

    private Action action(long index) {
        String queue = List.of("bounded", "dropping", "nowhere").get(random.nextInt(30) == 0 ? 2 : random.nextInt(2));
        String map = random.nextInt(30) == 0 ? "nowhere" : "map";
        byte[] key = Grid.bytes("k" + random.nextInt(4));
        long version = Math.max(1, index - random.nextInt(12));
        switch (random.nextInt(20)) {
            case 0:
                return new Action.Clear(queue);
            case 1, 2, 3:
                Action.Condition[] conditions = Action.Condition.values();
                return new Action.Put(
                        map, key, Grid.bytes("v" + elements++), conditions[random.nextInt(conditions.length)], version);
            case 4, 5:
                return new Action.Remove(map, key, random.nextBoolean() ? version : null);
            case 6, 7, 8, 9, 10, 11:
                return new Action.Poll(queue, random.nextInt(15) == 0 ? 0 : 1 + random.nextInt(3));
            default:
                List<byte[]> bodies = new ArrayList<>();
                for (int i = random.nextInt(8) == 0 ? 7 : random.nextInt(15) == 0 ? 0 : 1 + random.nextInt(3);
                        i > 0;
                        i--) {
                    bodies.add(Grid.bytes("e" + elements++));
                }
                return new Action.Offer(queue, bodies);
        }
    }
}
