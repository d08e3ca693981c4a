package io.ngrid.transport;

import io.ngrid.spi.transport.Refusal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells refused handshakes on: each again only when it changes or a minute has passed. Remembers a bounded number of
 * them. Belongs to the I/O thread.
 */
final class Refusals {
    private static final long REPEAT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST = 256;

    private final Consumer<Refusal> listener;
    private final LongSupplier clock;
    private final Map<String, Told> told = new LinkedHashMap<>();

    Refusals(Consumer<Refusal> listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
    }

    private record Told(Refusal refusal, long nanos) {}

    /**
     * A handshake was refused.
     *
     * @param source where it belongs: what has the same source counts as the same, unless it says something else
     * @param refusal why
     */
    void refused(String source, Refusal refusal) {
        long now = clock.getAsLong();
        Told last = told.get(source);
        if (last != null && same(last.refusal(), refusal) && now - last.nanos() < REPEAT_NANOS) {
            return;
        }
        told.remove(source); // so that it becomes the youngest
        told.put(source, new Told(refusal, now));
        if (told.size() > MOST) {
            Iterator<String> oldest = told.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        listener.accept(refusal);
    }

    /** Handshakes run anew: whatever they say is news. */
    void forget() {
        told.clear();
    }

    /** The address is left out: a stranger comes from another port each time. */
    private static boolean same(Refusal a, Refusal b) {
        return a.kind() == b.kind()
                && java.util.Objects.equals(a.node(), b.node())
                && java.util.Objects.equals(a.cluster(), b.cluster())
                && a.voters().equals(b.voters())
                && a.message().equals(b.message());
    }
}
