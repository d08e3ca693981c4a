package io.ngrid.node.client;

import io.ngrid.api.Codec;
import io.ngrid.api.CodecException;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.QueueSettings;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.node.state.Result;
import java.time.Duration;
import java.util.AbstractQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue of the cluster for this node's callers.
 *
 * @param <E> type of the elements
 */
public final class ClusterQueue<E> extends AbstractQueue<E> implements DistributedQueue<E> {
    private static final int MAX_BATCH = 10_000;
    private static final int DRAIN_BATCH = 1_000;

    private final String name;
    private final Codec<E> codec;
    private final Door door;

    /**
     * A queue; nothing is sent before the first operation.
     *
     * @param settings what to create it with
     * @param strict whether other settings of an existing queue are an error
     * @param codec codec of the elements
     * @param client the node's client
     * @param timeoutNanos {@code operation.timeout}
     */
    public ClusterQueue(QueueSettings settings, boolean strict, Codec<E> codec, GridClient client, long timeoutNanos) {
        this.name = settings.name();
        this.codec = codec;
        this.door = new Door(client, new Action.CreateQueue(settings), strict, timeoutNanos);
    }

    @Override
    public String name() {
        return name;
    }

    // ---- offering

    @Override
    public boolean offer(E element) {
        return isDone(door.write(offering(element)));
    }

    @Override
    public boolean offer(E element, long timeout, TimeUnit unit) throws InterruptedException {
        return offerWithin(offering(element), unit.toNanos(timeout));
    }

    @Override
    public boolean offer(E element, Duration timeout) throws InterruptedException {
        return offerWithin(offering(element), nanos(timeout));
    }

    @Override
    public void put(E element) throws InterruptedException {
        Action.Offer offer = offering(element);
        while (!isDone(door.offerWaiting(offer, door.timeoutNanos()))) {
            // full: every round asks the cluster anew, so that trouble throws
        }
    }

    @Override
    public boolean offerAll(Collection<? extends E> elements) {
        List<byte[]> bodies = encodeAll(elements);
        return bodies.isEmpty() || isDone(door.write(new Action.Offer(name, bodies)));
    }

    @Override
    public CompletableFuture<Boolean> offerAsync(E element) {
        return door.writing(offering(element), ClusterQueue::isDone);
    }

    @Override
    public CompletableFuture<Boolean> offerAllAsync(Collection<? extends E> elements) {
        List<byte[]> bodies = encodeAll(elements);
        return bodies.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : door.writing(new Action.Offer(name, bodies), ClusterQueue::isDone);
    }

    private boolean offerWithin(Action.Offer offer, long nanos) throws InterruptedException {
        long end = System.nanoTime() + Math.max(0, nanos);
        long left = nanos;
        while (true) {
            if (isDone(door.offerWaiting(offer, Math.min(left, door.timeoutNanos())))) {
                return true;
            }
            left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
        }
    }

    private Action.Offer offering(E element) {
        Objects.requireNonNull(element, "element");
        return new Action.Offer(name, List.of(Payloads.encode(codec, element, "an element")));
    }

    private List<byte[]> encodeAll(Collection<? extends E> elements) {
        return Payloads.encodeAll(codec, elements, "an element");
    }

    private static boolean isDone(GridClient.Done done) {
        return Failures.expect(Result.Flag.class, done).value();
    }

    // ---- taking

    @Override
    public @Nullable E poll() {
        return first(door.write(new Action.Poll(name, 1)));
    }

    @Override
    public @Nullable E poll(long timeout, TimeUnit unit) throws InterruptedException {
        return first(pollWithin(1, unit.toNanos(timeout)));
    }

    @Override
    public @Nullable E poll(Duration timeout) throws InterruptedException {
        return first(pollWithin(1, nanos(timeout)));
    }

    @Override
    public E take() throws InterruptedException {
        while (true) {
            E element = first(door.pollWaiting(new Action.Poll(name, 1), door.timeoutNanos()));
            if (element != null) {
                return element;
            }
        }
    }

    @Override
    public List<E> pollBatch(int max) {
        return decoded(door.write(new Action.Poll(name, checkedBatch(max))));
    }

    @Override
    public List<E> pollBatch(int max, Duration timeout) throws InterruptedException {
        return decoded(pollWithin(checkedBatch(max), nanos(timeout)));
    }

    @Override
    public CompletableFuture<@Nullable E> pollAsync() {
        return door.writing(new Action.Poll(name, 1), this::first);
    }

    @Override
    public CompletableFuture<List<E>> pollBatchAsync(int max) {
        return door.writing(new Action.Poll(name, checkedBatch(max)), this::decoded);
    }

    @Override
    public int drainTo(Collection<? super E> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    @Override
    public int drainTo(Collection<? super E> target, int max) {
        Objects.requireNonNull(target, "target");
        if (target == this) {
            throw new IllegalArgumentException("a queue cannot be drained into itself");
        }
        int drained = 0;
        while (drained < max) {
            GridClient.Done done = door.write(new Action.Poll(name, Math.min(max - drained, DRAIN_BATCH)));
            Result.Polled polled = Failures.expect(Result.Polled.class, done);
            if (polled.sequences().isEmpty()) {
                break;
            }
            Batch<E> batch = batch(polled, done.bodies());
            batch.elements().forEach(target::add);
            drained += batch.elements().size();
            batch.check(List.of());
        }
        return drained;
    }

    @Override
    public void clear() {
        Failures.expect(Result.Done.class, door.write(new Action.Clear(name)));
    }

    private GridClient.Done pollWithin(int max, long nanos) throws InterruptedException {
        Action.Poll poll = new Action.Poll(name, max);
        long end = System.nanoTime() + Math.max(0, nanos);
        long left = nanos;
        while (true) {
            // Never longer than operation.timeout at a time: every round asks the cluster anew, so that trouble throws.
            GridClient.Done done = door.pollWaiting(poll, Math.min(left, door.timeoutNanos()));
            left = end - System.nanoTime();
            if (left <= 0
                    || !Failures.expect(Result.Polled.class, done).sequences().isEmpty()) {
                return done;
            }
        }
    }

    private @Nullable E first(GridClient.Done done) {
        List<E> elements = decoded(done);
        return elements.isEmpty() ? null : elements.get(0);
    }

    private List<E> decoded(GridClient.Done done) {
        Batch<E> batch = batch(Failures.expect(Result.Polled.class, done), done.bodies());
        batch.check(batch.elements());
        return batch.elements();
    }

    /** Elements taken together: one that cannot be decoded does not cost the others. */
    private record Batch<E>(List<E> elements, List<CodecException> undecodable) {
        /** Throws what could not be decoded, in one exception that has the elements given. */
        void check(List<E> others) {
            if (!undecodable.isEmpty()) {
                CodecException first = undecodable.get(0);
                CodecException told = new CodecException(String.valueOf(first.getMessage()), first.getCause(), others);
                undecodable.stream().skip(1).forEach(told::addSuppressed);
                throw told;
            }
        }
    }

    private Batch<E> batch(Result.Polled polled, List<byte[]> bodies) {
        Batch<E> batch = new Batch<>(new ArrayList<>(bodies.size()), new ArrayList<>());
        for (int i = 0; i < bodies.size(); i++) {
            try {
                batch.elements().add(decode(bodies.get(i), polled.sequences().get(i), "taken"));
            } catch (CodecException e) {
                batch.undecodable().add(e);
            }
        }
        return batch;
    }

    // ---- looking

    @Override
    public @Nullable E peek() {
        List<E> head = browse(0, 1);
        return head.isEmpty() ? null : head.get(0);
    }

    @Override
    public List<E> browse(long offset, int max) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset = " + offset + " is not allowed: 0 or more");
        }
        GridClient.Read page = door.read(new Query.Browse(name, offset, checkedBatch(max)));
        List<E> found = new ArrayList<>(decoded(page));
        while (found.size() < max && !page.bodies().isEmpty()) { // a page may be short because it is full of bytes
            List<Long> sequences = Failures.expect(Answer.Elements.class, page).sequences();
            long next = sequences.get(sequences.size() - 1) + 1;
            page = door.read(new Query.BrowseFrom(name, next, max - found.size()));
            found.addAll(decoded(page));
        }
        return found;
    }

    private List<E> decoded(GridClient.Read page) {
        List<Long> sequences = Failures.expect(Answer.Elements.class, page).sequences();
        List<E> elements = new ArrayList<>(sequences.size());
        for (int i = 0; i < sequences.size(); i++) {
            elements.add(decode(page.bodies().get(i), sequences.get(i), "left in place"));
        }
        return elements;
    }

    @Override
    public Iterator<E> iterator() {
        return new QueueIterator<>(name, door, this::decode);
    }

    @Override
    public boolean contains(Object element) {
        return super.contains(Objects.requireNonNull(element, "element"));
    }

    @Override
    public long sizeAsLong() {
        return Failures.expect(Answer.Count.class, door.read(new Query.QueueSize(name)))
                .value();
    }

    @Override
    public int size() {
        return saturated(sizeAsLong());
    }

    @Override
    public int remainingCapacity() {
        Answer.Queue queue = Failures.expect(Answer.Queue.class, door.read(new Query.QueueInfo(name)));
        long capacity = queue.settings().capacity();
        return capacity == Long.MAX_VALUE ? Integer.MAX_VALUE : saturated(Math.max(0, capacity - queue.size()));
    }

    private E decode(byte[] body, long sequence, String where) {
        try {
            return codec.decode(body);
        } catch (RuntimeException | LinkageError e) {
            throw new CodecException(
                    "element " + sequence + " of queue " + name + " (" + where + ", " + body.length
                            + " bytes) cannot be decoded by codec " + codec.name() + ": " + e.getMessage(),
                    e);
        }
    }

    // ---- what a replicated queue does not do

    @Override
    public boolean remove(Object element) {
        throw unsupported();
    }

    @Override
    public boolean removeAll(Collection<?> elements) {
        throw unsupported();
    }

    @Override
    public boolean retainAll(Collection<?> elements) {
        throw unsupported();
    }

    @Override
    public boolean removeIf(Predicate<? super E> filter) {
        throw unsupported();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("a distributed queue gives elements only from its head");
    }

    private static int checkedBatch(int max) {
        if (max < 1 || max > MAX_BATCH) {
            throw new IllegalArgumentException("max = " + max + " is not allowed: 1 to " + MAX_BATCH);
        }
        return max;
    }

    private static int saturated(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE / 4;
        }
    }

    @Override
    public String toString() {
        return "DistributedQueue[" + name + "]";
    }
}
