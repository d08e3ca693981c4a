package io.ngrid.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A durable map that every node of the cluster shares. All operations are atomic and linearizable.
 *
 * <p>Durability, time-outs, interruption, threads and errors are those of {@link DistributedQueue}.
 *
 * <p>Keys are equal when their encoded bytes are. {@code remove(key, value)} and {@code replace(key, old, new)} compare
 * with the value's {@code equals} on the caller, in a loop over versions; {@code compute*} and {@code merge} run the
 * function on the caller in such a loop, so it may run more than once. {@code keySet}, {@code values} and
 * {@code entrySet} are live and weakly consistent, and are read in pages. {@code putAll} is one atomic entry per MiB.
 * Values are held in memory on every node.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@ProviderType
public interface DistributedMap<K, V> extends ConcurrentMap<K, V> {
    /**
     * The name of the map.
     *
     * @return the name
     */
    String name();

    /**
     * The number of entries. {@link #size()} is the same, saturated at Integer.MAX_VALUE.
     *
     * @return the number
     */
    long sizeAsLong();

    /**
     * The value that this node has applied, which may be older than the cluster's. Asks nobody, never waits.
     *
     * @param key the key
     * @return the value, or null
     */
    @Nullable
    V getLocal(K key);

    /**
     * Asynchronous {@link #get}.
     *
     * @param key the key; not to be changed before the result has come
     * @return the value to come, or null
     */
    CompletableFuture<@Nullable V> getAsync(K key);

    /**
     * Asynchronous {@link #put}.
     *
     * @param key the key; not to be changed before the result has come
     * @param value the value; not to be changed before the result has come
     * @return the previous value to come, or null
     */
    CompletableFuture<@Nullable V> putAsync(K key, V value);

    /**
     * Asynchronous {@link #putIfAbsent}.
     *
     * @param key the key; not to be changed before the result has come
     * @param value the value; not to be changed before the result has come
     * @return the present value to come, or null if the new one was put
     */
    CompletableFuture<@Nullable V> putIfAbsentAsync(K key, V value);

    /**
     * Asynchronous {@link #remove(Object)}.
     *
     * @param key the key; not to be changed before the result has come
     * @return the removed value to come, or null
     */
    CompletableFuture<@Nullable V> removeAsync(K key);
}
