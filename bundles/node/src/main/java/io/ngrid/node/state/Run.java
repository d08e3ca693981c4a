package io.ngrid.node.state;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** Consecutive sequences as a list, in constant memory. */
final class Run extends AbstractList<Long> implements RandomAccess {
    private final long first;
    private final int count;

    private Run(long first, int count) {
        this.first = first;
        this.count = count;
    }

    static List<Long> of(long first, long count) {
        return count == 0 ? List.of() : new Run(first, Math.toIntExact(count));
    }

    @Override
    public Long get(int index) {
        return first + Objects.checkIndex(index, count);
    }

    @Override
    public int size() {
        return count;
    }
}
