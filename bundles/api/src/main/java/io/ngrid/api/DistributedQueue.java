package io.ngrid.api;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A durable FIFO queue that every node of the cluster shares.
 *
 * <p><b>Durability.</b> A write returns when it is on the disks of W nodes, W being the cluster's replication quorum,
 * and has been applied. While a quorum of disks survives, what was acknowledged is neither lost, nor doubled, nor
 * reordered.
 *
 * <p><b>Answers and trouble.</b> {@code false} and {@code null} are answers of the cluster (full, empty). Trouble
 * throws: a {@link NotExecutedException} is definite, an {@link OutcomeUnknownException} is not. A poll of unknown
 * outcome may have consumed one element (one batch for {@link #pollBatch}).
 *
 * <p><b>Time.</b> Every call ends. Methods without a time-out use the node's {@code operation.timeout}; {@code put} and
 * {@code take} wait without bound for room or an element, but each attempt is bounded. A time-out of a call's own is how
 * long it waits for room or an element, as the cluster sees it; while the cluster does not answer, such a call too may
 * need {@code operation.timeout} to end.
 *
 * <p><b>Order.</b> The writes of one node take effect in the order in which they were made, asynchronous ones too. A
 * waiting call takes effect in the order of its proposal. A read sees the writes issued before it on the same node.
 *
 * <p><b>Interruption.</b> A call interrupted before it was sent, or known not to be executed, throws
 * InterruptedException; otherwise it ends with its result, or with OutcomeUnknownException at its deadline, and the
 * thread's interrupt flag set. Methods that cannot throw InterruptedException behave in the second way.
 *
 * <p><b>Threads.</b> Safe for any number of threads. Asynchronous results complete on the thread
 * {@code ngrid-<node>-callback}; cancelling a result stops the wait, not the operation. The arguments of an asynchronous
 * call must not be changed before its result has come: a service encodes them only when there is a node to take them.
 *
 * <p>{@code null} elements are refused with NullPointerException. {@code remove(Object)}, {@code removeAll} and
 * {@code retainAll} throw UnsupportedOperationException. Elements returned are fresh copies.
 *
 * @param <E> type of the elements
 */
@ProviderType
public interface DistributedQueue<E> extends BlockingQueue<E> {
    /**
     * The name of the queue.
     *
     * @return the name
     */
    String name();

    /**
     * Appends an element.
     *
     * @return true when W disks have it, false if the queue is full
     */
    @Override
    boolean offer(E element);

    /**
     * Appends an element, waiting for room.
     *
     * @param element the element
     * @param timeout how long to wait at most
     * @return true when W disks have it, false if the queue stayed full
     * @throws InterruptedException if interrupted before it was sent or known not executed
     */
    boolean offer(E element, Duration timeout) throws InterruptedException;

    /**
     * Appends all elements in their order as one atomic operation: all or none.
     *
     * @param elements the elements; an empty collection returns true without asking the cluster
     * @return true when W disks have them, false if they do not all fit
     */
    boolean offerAll(Collection<? extends E> elements);

    /**
     * Takes the head, waiting for an element.
     *
     * @param timeout how long to wait at most
     * @return the head, or null if the queue stayed empty
     * @throws InterruptedException if interrupted before it was sent or known not executed
     */
    @Nullable
    E poll(Duration timeout) throws InterruptedException;

    /**
     * Takes up to {@code max} elements from the head as one atomic operation.
     *
     * @param max 1 to 10,000
     * @return the elements in their order; empty if the queue is empty
     * @throws CodecException if some cannot be decoded; they are gone, and {@link CodecException#decoded} has the others
     */
    List<E> pollBatch(int max);

    /**
     * Takes up to {@code max} elements from the head as one atomic operation, waiting for a first one.
     *
     * @param max 1 to 10,000
     * @param timeout how long to wait at most
     * @return the elements in their order; empty if the queue stayed empty
     * @throws CodecException if some cannot be decoded; they are gone, and {@link CodecException#decoded} has the others
     * @throws InterruptedException if interrupted before it was sent or known not executed
     */
    List<E> pollBatch(int max, Duration timeout) throws InterruptedException;

    /**
     * The number of elements. {@link #size()} is the same, saturated at Integer.MAX_VALUE.
     *
     * @return the number
     */
    long sizeAsLong();

    /**
     * Asynchronous {@link #offer(Object)}.
     *
     * @param element the element; not to be changed before the result has come
     * @return the result to come
     */
    CompletableFuture<Boolean> offerAsync(E element);

    /**
     * Asynchronous {@link #offerAll}.
     *
     * @param elements the elements; neither they nor the collection are to be changed before the result has come
     * @return the result to come
     */
    CompletableFuture<Boolean> offerAllAsync(Collection<? extends E> elements);

    /**
     * Asynchronous {@link #poll()}; does not wait for an element.
     *
     * @return the head to come, or null if the queue is empty
     */
    CompletableFuture<@Nullable E> pollAsync();

    /**
     * Asynchronous {@link #pollBatch(int)}; does not wait for an element.
     *
     * @param max 1 to 10,000
     * @return the elements to come
     */
    CompletableFuture<List<E>> pollBatchAsync(int max);

    /**
     * Elements from a position counted from the head, without taking them.
     *
     * @param offset how many to pass over, from 0
     * @param max how many to return at most, 1 to 10,000
     * @return the elements in their order
     */
    List<E> browse(long offset, int max);
}
