package io.ngrid.testkit.desk;

import io.ngrid.api.DistributedQueue;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A component of a consumer bundle, with a queue injected; a service, so that the test, which shares no class with it, can
 * tell it what to do.
 */
public final class Desk implements Function<String, String> {
    private static final AtomicInteger ACTIVATIONS = new AtomicInteger();

    private @Nullable DistributedQueue<Order> queue;

    /** A component. */
    public Desk() {}

    /** Called by Declarative Services. */
    public void setQueue(DistributedQueue<Order> injected) {
        queue = injected;
    }

    /** Called by Declarative Services. */
    public void activate() {
        ACTIVATIONS.incrementAndGet();
    }

    @Override
    public String apply(String command) {
        String[] words = command.split(" ");
        return switch (words[0]) {
            case "offer" -> "" + queue().offer(new Order(words[1], Integer.parseInt(words[2])));
            case "poll" -> poll(Duration.ofMillis(Long.parseLong(words[1])));
            case "activations" -> "" + ACTIVATIONS.get();
            default -> throw new IllegalArgumentException(command);
        };
    }

    private DistributedQueue<Order> queue() {
        return Objects.requireNonNull(queue);
    }

    private String poll(Duration wait) {
        try {
            @Nullable
            Order order = queue().poll(wait); // a ClassCastException if it came from another class loader [H45]
            return order + "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
