package io.ngrid.storage;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Files that must not be deleted yet, because a peer is being sent them. Any thread. */
final class Pins {
    private final Map<String, Integer> counts = new HashMap<>();

    synchronized void pin(Collection<String> paths) {
        paths.forEach(path -> counts.merge(path, 1, Integer::sum));
    }

    synchronized void unpin(Collection<String> paths) {
        paths.forEach(path -> counts.computeIfPresent(path, (p, count) -> count == 1 ? null : count - 1));
    }

    synchronized boolean contains(String path) {
        return counts.containsKey(path);
    }
}
