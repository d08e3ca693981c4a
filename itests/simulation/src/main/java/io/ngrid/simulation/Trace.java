package io.ngrid.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happened, for people and for comparison: a digest of everything, the last lines, and every line for whoever
 * listens. The same seed gives the same trace, byte for byte.
 */
final class Trace {
    private static final int KEPT = 60;

    private final VirtualTime time;
    private final @Nullable Consumer<String> listener;
    private final ArrayDeque<String> last = new ArrayDeque<>();
    private long digest = 17;

    Trace(VirtualTime time, @Nullable Consumer<String> listener) {
        this.time = time;
        this.listener = listener;
    }

    /** Something that people want to know. */
    void note(String what) {
        String line = line(what);
        digest = digest * 31 + line.hashCode();
        last.add(line);
        if (last.size() > KEPT) {
            last.remove();
        }
        if (listener != null) {
            listener.accept(line);
        }
    }

    /** Something frequent: its words are made only if somebody listens, the number counts always. */
    void detail(long number, Supplier<String> what) {
        digest = (digest * 31 + number) * 31 + time.now();
        if (listener != null) {
            listener.accept(line(what.get()));
        }
    }

    private String line(String what) {
        long micros = time.now() / 1_000;
        return String.format("%4d.%06d %s", micros / 1_000_000, micros % 1_000_000, what);
    }

    long digest() {
        return digest;
    }

    /** The last lines. */
    List<String> last() {
        return new ArrayList<>(last);
    }
}
