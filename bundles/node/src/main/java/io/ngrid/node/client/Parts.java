package io.ngrid.node.client;

import java.util.ArrayList;
import java.util.List;

/** Bodies of a batch that is answered in parts. A repeated answer may overlap one that was cut off; both are the same. */
final class Parts {
    private List<byte[]> bodies = List.of();

    void add(int from, List<byte[]> more) {
        if (from <= bodies.size()) {
            List<byte[]> together = new ArrayList<>(bodies.subList(0, from));
            together.addAll(more);
            bodies = together;
        }
    }

    /** All bodies, the last ones added; forgets the others. */
    List<byte[]> with(List<byte[]> last) {
        List<byte[]> all = bodies.isEmpty() ? last : new ArrayList<>(bodies);
        if (!bodies.isEmpty()) {
            all.addAll(last);
        }
        bodies = List.of();
        return all;
    }
}
