package io.ngrid.node.state;

import io.ngrid.api.FullPolicy;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeId;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Random values of every kind, from a seed. */
public final class Samples {
    private final Random random;

    public Samples(long seed) {
        random = new Random(seed);
    }

    public Command command() {
        return switch (random.nextInt(3)) {
            case 0 -> new Command.OpenSession(uuid(), member(), number());
            case 1 -> new Command.CloseSession(uuid());
            default ->
                new Command.Execute(
                        uuid(), sequence(), sequence(), list(this::sequence), list(this::sequence), action());
        };
    }

    public Action action() {
        return switch (random.nextInt(9)) {
            case 0 -> new Action.CreateQueue(queueSettings());
            case 1 -> new Action.CreateMap(mapSettings());
            case 2 -> new Action.Offer(text(), list(this::bytes));
            case 3 -> new Action.Poll(text(), random.nextInt());
            case 4 -> new Action.Clear(text());
            case 5 -> new Action.Put(text(), bytes(), bytes(), pick(Action.Condition.values()), number());
            case 6 -> new Action.PutAll(text(), list(this::bytes), list(this::bytes));
            case 7 -> new Action.Remove(text(), bytes(), random.nextBoolean() ? number() : null);
            default -> new Action.ClearMap(text());
        };
    }

    public Result result() {
        return switch (random.nextInt(5)) {
            case 0 -> new Result.Done();
            case 1 -> new Result.Flag(random.nextBoolean());
            case 2 -> new Result.Polled(number(), list(this::number));
            case 3 -> new Result.Previous(random.nextBoolean(), random.nextBoolean() ? bytes() : null, number());
            default -> new Result.Failed(pick(Result.Reason.values()), text());
        };
    }

    public Query query() {
        return switch (random.nextInt(7)) {
            case 0 -> new Query.QueueSize(text());
            case 1 -> new Query.Browse(text(), number(), random.nextInt());
            case 2 -> new Query.BrowseFrom(text(), number(), random.nextInt());
            case 3 -> new Query.QueueInfo(text());
            case 4 -> new Query.Get(text(), bytes());
            case 5 -> new Query.MapSize(text());
            default -> new Query.MapPage(text(), random.nextBoolean() ? bytes() : null, random.nextInt());
        };
    }

    public Answer answer() {
        return switch (random.nextInt(6)) {
            case 0 -> new Answer.Count(number());
            case 1 -> new Answer.Elements(number(), list(this::number));
            case 2 -> new Answer.Queue(queueSettings(), number());
            case 3 -> new Answer.Value(random.nextBoolean() ? bytes() : null, number());
            case 4 -> {
                List<byte[]> keys = list(this::bytes);
                yield new Answer.Page(
                        keys,
                        keys.stream().map(key -> bytes()).toList(),
                        keys.stream().map(key -> number()).toList());
            }
            default -> new Answer.Failed(pick(Result.Reason.values()), text());
        };
    }

    public QueueSettings queueSettings() {
        return new QueueSettings(name(), name(), list(this::text), 1 + random.nextInt(100), pick(FullPolicy.values()));
    }

    public MapSettings mapSettings() {
        return new MapSettings(name(), name(), list(this::text), name(), list(this::text));
    }

    public Member member() {
        return new Member(new NodeId(name()), new StorageId(uuid()));
    }

    public UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public long sequence() {
        return 1 + (random.nextLong() >>> (2 + random.nextInt(61)));
    }

    public long number() {
        return random.nextLong() >> random.nextInt(64);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    public String name() {
        return "n-" + random.nextInt(1000);
    }

    public String text() {
        return random.nextInt(10) == 0 ? "Grüße, 你好 \uD83D\uDE00" : name();
    }

    public <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    public <T> List<T> list(Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }
}
