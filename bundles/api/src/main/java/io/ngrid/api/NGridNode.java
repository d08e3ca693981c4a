package io.ngrid.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A node of the cluster, running in this process. In OSGi it is a service with the property {@code ngrid.node}; without
 * OSGi it comes from {@code io.ngrid.node.NGridNodes.start}.
 *
 * <p>Getters answer at once from what the node last published; they never block. All methods are safe for any number
 * of threads.
 */
@ProviderType
public interface NGridNode extends AutoCloseable {
    /**
     * The node's ID.
     *
     * @return the ID
     */
    NodeId id();

    /**
     * Name of the cluster.
     *
     * @return the name
     */
    String cluster();

    /**
     * What the node is doing.
     *
     * @return the state
     */
    NodeState state();

    /**
     * Why the node is in its state, in one sentence, for people.
     *
     * @return the reason, or an empty string when all is well
     */
    String reason();

    /**
     * The leader that this node follows, or itself.
     *
     * @return the leader, or empty without one
     */
    Optional<NodeId> leader();

    /**
     * The epoch, Raft's term; 0 before the cluster has formed.
     *
     * @return the epoch
     */
    long epoch();

    /**
     * The voters of the cluster in the order of their IDs; empty before the cluster has formed.
     *
     * @return the voters
     */
    List<NodeId> members();

    /**
     * The queues that exist, as this node knows them, in the order of their names.
     *
     * @return their settings
     */
    List<QueueSettings> queues();

    /**
     * The maps that exist, as this node knows them, in the order of their names.
     *
     * @return their settings
     */
    List<MapSettings> maps();

    /**
     * A queue by its name, created with default settings and the codec's name if nobody created it before.
     *
     * @param name the queue's name
     * @param codec the codec
     * @param <E> type of the elements
     * @return the queue; the call does not wait for the cluster, the queue's methods do
     * @throws ConfigurationException if the name is not allowed
     */
    <E> DistributedQueue<E> queue(String name, Codec<E> codec);

    /**
     * A queue by its settings, created with them if nobody created it before.
     *
     * @param settings the settings; the codec's name in them counts, not {@code codec.name()}
     * @param codec the codec
     * @param <E> type of the elements
     * @return the queue; the call does not wait for the cluster, the queue's methods do, and throw
     *     ConfigurationException if the cluster has agreed on other settings
     */
    <E> DistributedQueue<E> queue(QueueSettings settings, Codec<E> codec);

    /**
     * A map by its name, created with default settings and the codecs' names if nobody created it before.
     *
     * @param name the map's name
     * @param keys codec of the keys
     * @param values codec of the values
     * @param <K> type of the keys
     * @param <V> type of the values
     * @return the map; the call does not wait for the cluster, the map's methods do
     * @throws ConfigurationException if the name is not allowed
     */
    <K, V> DistributedMap<K, V> map(String name, Codec<K> keys, Codec<V> values);

    /**
     * A map by its settings, created with them if nobody created it before.
     *
     * @param settings the settings
     * @param keys codec of the keys
     * @param values codec of the values
     * @param <K> type of the keys
     * @param <V> type of the values
     * @return the map; the call does not wait for the cluster, the map's methods do, and throw ConfigurationException
     *     if the cluster has agreed on other settings
     */
    <K, V> DistributedMap<K, V> map(MapSettings settings, Codec<K> keys, Codec<V> values);

    /**
     * Adds a listener; it is told once right away.
     *
     * @param listener the listener
     */
    void addListener(NGridListener listener);

    /**
     * Removes a listener.
     *
     * @param listener the listener
     */
    void removeListener(NGridListener listener);

    /**
     * Stops the node: no new calls; those that cannot have taken effect end with {@link NodeClosedException}, the other
     * writes have two seconds to be answered (none if the calling thread is interrupted) and then end with {@link
     * OutcomeUnknownException}; everything is flushed and released. Returns when all of the node's threads have ended.
     * Closing again does nothing.
     */
    @Override
    void close();
}
