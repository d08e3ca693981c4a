package io.ngrid.node.client;

import io.ngrid.api.Codec;
import io.ngrid.api.CodecException;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NotExecutedException;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map of the cluster for this node's callers.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class ClusterMap<K, V> implements DistributedMap<K, V> {
    private static final int PUT_ALL_BYTES = 1 << 20;

    /** What this node has applied of a map; any thread, answers at once. */
    public interface Local {
        /**
         * The value of a key.
         *
         * @param key the key
         * @return the value, or null
         */
        byte @Nullable [] get(byte[] key);
    }

    private final String name;
    private final Codec<K> keys;
    private final Codec<V> values;
    private final Door door;
    private final Local local;

    /**
     * A map; nothing is sent before the first operation.
     *
     * @param settings what to create it with
     * @param strict whether other settings of an existing map are an error
     * @param keys codec of the keys
     * @param values codec of the values
     * @param client the node's client
     * @param local what this node has applied
     * @param timeoutNanos {@code operation.timeout}
     */
    public ClusterMap(
            MapSettings settings,
            boolean strict,
            Codec<K> keys,
            Codec<V> values,
            GridClient client,
            Local local,
            long timeoutNanos) {
        this.name = settings.name();
        this.keys = keys;
        this.values = values;
        this.local = local;
        this.door = new Door(client, new Action.CreateMap(settings), strict, timeoutNanos);
    }

    @Override
    public String name() {
        return name;
    }

    // ---- single operations

    @Override
    public @Nullable V get(Object key) {
        return versioned(door.read(getting(key))).value();
    }

    @Override
    public @Nullable V put(K key, V value) {
        return before(door.write(putting(key, value, Action.Condition.ALWAYS)));
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return before(door.write(putting(key, value, Action.Condition.ABSENT)));
    }

    @Override
    public @Nullable V replace(K key, V value) {
        return before(door.write(putting(key, value, Action.Condition.PRESENT)));
    }

    @Override
    public @Nullable V remove(Object key) {
        return before(door.write(removing(key)));
    }

    @Override
    public @Nullable V getLocal(K key) {
        byte[] value = local.get(encodedKey(key));
        return value == null ? null : decodeValue(value);
    }

    @Override
    public CompletableFuture<@Nullable V> getAsync(K key) {
        return door.reading(getting(key), read -> versioned(read).value());
    }

    @Override
    public CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return door.writing(putting(key, value, Action.Condition.ALWAYS), this::before);
    }

    @Override
    public CompletableFuture<@Nullable V> putIfAbsentAsync(K key, V value) {
        return door.writing(putting(key, value, Action.Condition.ABSENT), this::before);
    }

    @Override
    public CompletableFuture<@Nullable V> removeAsync(K key) {
        return door.writing(removing(key), this::before);
    }

    // ---- versioned loops: the function and equals run here, never on replicas

    @Override
    public boolean remove(Object key, Object value) {
        Objects.requireNonNull(value, "value");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            if (present.value() == null || !present.value().equals(value)) {
                return false;
            }
            if (attempts.remove(key, present)) {
                return true;
            }
        }
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        Objects.requireNonNull(oldValue, "oldValue");
        Objects.requireNonNull(newValue, "newValue");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            if (present.value() == null || !present.value().equals(oldValue)) {
                return false;
            }
            if (attempts.put(key, present, newValue)) {
                return true;
            }
        }
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            V next = function.apply(key, present.value());
            if (attempts.set(key, present, next)) {
                return next;
            }
        }
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            V value = present.value();
            if (value == null) {
                return null;
            }
            V next = function.apply(key, value);
            if (attempts.set(key, present, next)) {
                return next;
            }
        }
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            if (present.value() != null) {
                return present.value();
            }
            V next = function.apply(key);
            if (next == null || attempts.put(key, present, next)) {
                return next;
            }
        }
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(function, "function");
        Attempts attempts = new Attempts();
        while (true) {
            Versioned<V> present = attempts.read(key);
            V old = present.value();
            V next = old == null ? value : function.apply(old, value);
            if (attempts.set(key, present, next)) {
                return next;
            }
        }
    }

    /** The rounds of one call, within one time-out. */
    private final class Attempts {
        private final long deadline = System.nanoTime() + door.timeoutNanos();

        Versioned<V> read(Object key) {
            return versioned(door.read(getting(key), left()));
        }

        boolean set(K key, Versioned<V> present, @Nullable V next) {
            if (next == null) {
                return present.value() == null || remove(key, present);
            }
            return put(key, present, next);
        }

        boolean put(K key, Versioned<V> present, V next) {
            Action.Condition condition = present.value() == null ? Action.Condition.ABSENT : Action.Condition.VERSION;
            byte[] encoded = encodedKey(key);
            Action.Put put = new Action.Put(name, encoded, encodedValue(next, encoded), condition, present.version());
            return Failures.expect(Result.Previous.class, door.write(put, left()))
                    .done();
        }

        boolean remove(Object key, Versioned<V> present) {
            Action.Remove remove = new Action.Remove(name, encodedKey(key), present.version());
            return Failures.expect(Result.Previous.class, door.write(remove, left()))
                    .done();
        }

        private long left() {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new NotExecutedException(
                        "not executed: others changed the key of map " + name + " again and again until the time-out");
            }
            return left;
        }
    }

    // ---- the whole map

    @Override
    public void putAll(Map<? extends K, ? extends V> map) {
        List<Action.PutAll> chunks = new ArrayList<>();
        List<byte[]> chunkKeys = new ArrayList<>();
        List<byte[]> chunkValues = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<? extends K, ? extends V> entry : map.entrySet()) {
            byte[] key = encodedKey(entry.getKey());
            byte[] value = encodedValue(entry.getValue(), key);
            long size = Payloads.size(key) + Payloads.size(value);
            if (!chunkKeys.isEmpty() && bytes + size > PUT_ALL_BYTES) {
                chunks.add(new Action.PutAll(name, chunkKeys, chunkValues));
                chunkKeys = new ArrayList<>();
                chunkValues = new ArrayList<>();
                bytes = 0;
            }
            chunkKeys.add(key);
            chunkValues.add(value);
            bytes += size;
        }
        if (!chunkKeys.isEmpty()) {
            chunks.add(new Action.PutAll(name, chunkKeys, chunkValues));
        }
        chunks.forEach(chunk -> Failures.expect(Result.Done.class, door.write(chunk)));
    }

    @Override
    public void clear() {
        Failures.expect(Result.Done.class, door.write(new Action.ClearMap(name)));
    }

    @Override
    public long sizeAsLong() {
        return Failures.expect(Answer.Count.class, door.read(new Query.MapSize(name)))
                .value();
    }

    @Override
    public int size() {
        return (int) Math.min(sizeAsLong(), Integer.MAX_VALUE);
    }

    @Override
    public boolean isEmpty() {
        return sizeAsLong() == 0;
    }

    @Override
    public boolean containsKey(Object key) {
        return Failures.expect(Answer.Value.class, door.read(getting(key))).value() != null;
    }

    @Override
    public boolean containsValue(Object value) {
        return values().contains(Objects.requireNonNull(value, "value"));
    }

    @Override
    public Set<K> keySet() {
        return new MapViews.Keys<>(this);
    }

    @Override
    public Collection<V> values() {
        return new MapViews.Values<>(this);
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new MapViews.Entries<>(this);
    }

    /** A page of entries behind a key. */
    GridClient.Read page(byte @Nullable [] after, int max) {
        return door.read(new Query.MapPage(name, after, max));
    }

    // ---- encoding and decoding

    private record Versioned<V>(@Nullable V value, long version) {}

    private Versioned<V> versioned(GridClient.Read read) {
        Answer.Value answer = Failures.expect(Answer.Value.class, read);
        byte[] value = answer.value();
        return new Versioned<>(value == null ? null : decodeValue(value), answer.version());
    }

    private @Nullable V before(GridClient.Done done) {
        byte[] value = Failures.expect(Result.Previous.class, done).value();
        return value == null ? null : decodeValue(value);
    }

    private Query.Get getting(Object key) {
        return new Query.Get(name, encodedKey(key));
    }

    private Action.Put putting(K key, V value, Action.Condition condition) {
        byte[] encoded = encodedKey(key);
        return new Action.Put(name, encoded, encodedValue(value, encoded), condition, 0);
    }

    private Action.Remove removing(Object key) {
        return new Action.Remove(name, encodedKey(key), null);
    }

    @SuppressWarnings("unchecked") // Map allows ClassCastException for a key of another type
    private byte[] encodedKey(Object key) {
        return Payloads.encode(keys, (K) Objects.requireNonNull(key, "key"), "a key");
    }

    private byte[] encodedValue(V value, byte[] key) {
        byte[] bytes = Payloads.encode(values, Objects.requireNonNull(value, "value"), "a value");
        Payloads.checkTogether(key, bytes);
        return bytes;
    }

    K decodeKey(byte[] bytes) {
        return decode(keys, bytes, "a key");
    }

    V decodeValue(byte[] bytes) {
        return decode(values, bytes, "a value");
    }

    private <T> T decode(Codec<T> codec, byte[] bytes, String what) {
        try {
            return codec.decode(bytes);
        } catch (RuntimeException | LinkageError e) {
            throw new CodecException(
                    what + " of map " + name + " (" + bytes.length + " bytes) cannot be decoded by codec "
                            + codec.name() + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public String toString() {
        return "DistributedMap[" + name + "]";
    }
}
